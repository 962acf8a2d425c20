// The proof [n]: where it stands, the clause with the quote marked, a link to the whole plan; and the text to copy.
import { flat, node } from "/ui/chat-text.js";
import { get } from "/ui/chat-stream.js";

// The page of the whole plan with this quote marked.
export function readingUrl(citation) {
  const marks = spansOf(citation).slice(0, 20).map((span) => `${span.start}-${span.end}`).join(",");
  const anchor = citation.clause_id.slice(citation.clause_id.indexOf("#") + 1);
  return `/plans/${encodeURIComponent(citation.plan_id)}?mark=${marks}#${encodeURIComponent(anchor)}`;
}

export function badge(status, periods) {
  return periods[status] ? node("span", { class: "badge", "data-period": status }, periods[status]) : "";
}

// Opens or closes the proof of `citation` at `place(proof)`; `button` says which and gets the focus back.
export function toggle(button, citation, periods, place) {
  if (button.getAttribute("aria-expanded") === "true") {
    button.proof.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
    return;
  }
  const proof = proofOf(citation, periods, () => toggle(button, citation, periods, place));
  button.proof = proof;
  button.setAttribute("aria-expanded", "true");
  place(proof);
  proof.focus({ preventScroll: true });
  proof.scrollIntoView({ block: "nearest" });
}

function proofOf(citation, periods, close) {
  const quote = node("blockquote", { tabindex: "0", "aria-label": "条款原文" }, ...marked(citation.quote, citation.start, spansOf(citation)));
  const shut = node("button", { type: "button", class: "plain" }, "收起");
  shut.addEventListener("click", close);
  const link = node("a", { class: "plain", href: readingUrl(citation), target: "_blank", rel: "noopener" },
    "在规划全文中查看", node("span", { class: "sr" }, "（新窗口）"));
  const proof = node("section", { class: "proof", tabindex: "-1", "aria-label": `依据 ${citation.n}` },
    node("p", { class: "where" }, node("span", { class: "n", "aria-hidden": "true" }, String(citation.n)), node("strong", {}, `《${citation.plan_title}》`), badge(citation.period_status, periods)),
    node("p", { class: "path" }, citation.path), quote, node("div", { class: "row" }, link, shut));
  proof.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) { event.stopPropagation(); close(); }
  });
  widen(citation, quote);
  return proof;
}

// The whole clause around the quote, where it can be had.
async function widen(citation, quote) {
  try {
    const clause = await get(`/api/clauses/${encodeURIComponent(citation.clause_id)}`);
    if (clause.start > citation.start || clause.end < citation.end) return;
    quote.replaceChildren(...marked(clause.text, clause.start, spansOf(citation)));
  } catch { /* the quote itself is there already */ }
  const first = quote.querySelector("mark");
  if (first) quote.scrollTop = Math.max(0, first.offsetTop - quote.offsetTop - 24);
}

// `text`, which begins at `offset` of the plan, with the spans in <mark>. Offsets count characters, not UTF-16 units.
function marked(text, offset, spans) {
  const chars = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const start = Math.max(span.start - offset, at);
    const end = Math.min(span.end - offset, chars.length);
    if (start >= end) continue;
    nodes.push(tidy(chars.slice(at, start)), node("mark", {}, tidy(chars.slice(start, end))));
    at = end;
  }
  return [...nodes, tidy(chars.slice(at))];
}

function tidy(chars) {
  return chars.join("").replace(/\s*\n\s*/gu, "\n");
}

function spansOf(citation) {
  return citation.marks && citation.marks.length ? citation.marks : [{ start: citation.start, end: citation.end }];
}

export function sourceLine(citation, periods) {
  const state = periods[citation.period_status] ? `（${periods[citation.period_status]}）` : "";
  return `[${citation.n}] 《${citation.plan_title}》${state} ${citation.path}：“${citation.quote.replace(/\s+/gu, " ").trim()}”`;
}

// What is copied and printed: question, answer, sources, day, and the label that the law asks for.
export function wholeText(question, reply, config) {
  const parts = [`问：${question}`, `答：${flat(reply.text)}`];
  if (reply.citations.length) parts.push(`依据：\n${reply.citations.map((each) => sourceLine(each, config.periods)).join("\n")}`);
  parts.push(`（${config.note}。${today()}）`);
  return parts.join("\n\n");
}

export function today() {
  const now = new Date();
  return `${now.getFullYear()}年${now.getMonth() + 1}月${now.getDate()}日`;
}
