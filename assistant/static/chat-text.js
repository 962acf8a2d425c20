// The little Markdown that replies are written in → DOM nodes. Text goes in as text: nothing is ever parsed as HTML.
// Known, as in assistant/markup.py: paragraphs, lists, quotes, headings, **bold**, tables with |, and [n] marks.

const INLINE = /\*\*(?=\S)(.+?)\*\*|\[(\d{1,3})\]/gu;
const KINDS = [
  ["ul", /^\s*[-*•] +(.*)$/u],
  ["ol", /^\s*(\d{1,3})\. +(.*)$/u],
  ["h", /^#{1,6} +(.*)$/u],
  ["table", /^\s*\|.*\|\s*$/u],
  ["quote", /^\s*> ?(.*)$/u],
];
const LONG_CELL = 30;
const RULE = /^\s*\|?[\s:|-]+\|?\s*$/u;

export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Shows `markdown` in `box`. Blocks whose source did not change keep their nodes (and what was opened in them).
export function render(box, markdown, mark) {
  const sources = blocksOf(markdown);
  const shown = box.blocks || [];
  let same = 0;
  while (same < shown.length && same < sources.length && shown[same].source === sources[same]) same += 1;
  for (const each of shown.slice(same).flatMap((block) => block.nodes)) {
    if (each.nextSibling && each.nextSibling.className === "proof") each.nextSibling.remove();
    each.remove();
  }
  const fresh = sources.slice(same).map((source) => ({ source, nodes: blockNodes(source, mark) }));
  for (const block of fresh) box.append(...block.nodes);
  box.blocks = [...shown.slice(0, same), ...fresh];
}

// For pasting where there is no Markdown: no emphasis, and each cell of a table on a line of its own under its column.
export function flat(markdown) {
  return blocksOf(markdown).map((source) => {
    if (kindOf(source.split("\n")[0]) !== "table") return source;
    const { head, body } = grid(source.split("\n"));
    return body.map((row) => row.map((cell, at) => (at && head[at] ? `${head[at]}：${cell}` : cell)).filter(Boolean).join("\n")).join("\n");
  }).join("\n\n").replace(/\*\*/gu, "").replace(/^> ?/gmu, "").trim();
}

// Without marks and emphasis, for reading aloud and for announcements.
export function plain(markdown) {
  return markdown.replace(/\*\*|\[\d{1,3}\]|^\s*(?:[-*•]|#{1,6}|>)\s+/gmu, "").replace(/^\s*\|[\s:|-]+\|\s*$/gmu, "")
    .replace(/\|/gu, "，").trim();
}

// A block is a run of lines of one kind.
function blocksOf(markdown) {
  const blocks = [];
  let kind = "";
  for (const line of markdown.replace(/\r/gu, "").split("\n")) {
    const now = line.trim() ? kindOf(line) : "";
    if (now && now === kind) blocks[blocks.length - 1] += `\n${line}`;
    else if (now) blocks.push(line);
    kind = now;
  }
  return blocks;
}

function kindOf(line) {
  const found = KINDS.find(([, pattern]) => pattern.test(line));
  return found ? found[0] : "p";
}

function blockNodes(source, mark) {
  const lines = source.split("\n");
  const kind = kindOf(lines[0]);
  const body = (line) => { const found = KINDS.find(([name]) => name === kind)[1].exec(line); return found[found.length - 1]; };
  if (kind === "ul") return [node("ul", {}, ...lines.map((line) => node("li", {}, ...inline(body(line), mark))))];
  if (kind === "ol") {
    const start = /\d+/u.exec(lines[0])[0];
    return [node("ol", { start }, ...lines.map((line) => node("li", {}, ...inline(body(line), mark))))];
  }
  if (kind === "h") return lines.map((line) => node("h3", {}, ...inline(body(line), mark)));
  if (kind === "table") return [table(lines, mark)];
  if (kind === "quote") return [node("div", { class: "notice" }, paragraph(lines.map(body), mark))];
  return [paragraph(lines, mark)];
}

function paragraph(lines, mark) {
  const made = node("p", { lang: foreign(lines.join("")) });
  lines.forEach((line, at) => made.append(...(at ? [node("br")] : []), ...inline(line, mark)));
  const only = made.childNodes.length === 1 && made.firstChild.nodeName === "STRONG";
  if (only) made.className = "lead";
  return made;
}

// "en" for what has no Chinese in it, so that it is read by the right voice.
export function foreign(text) {
  return /[a-z]{3}/iu.test(text) && !/\p{Script=Han}/u.test(text) ? "en" : null;
}

function grid(lines) {
  const rows = lines.map((line) => line.trim().replace(/^\||\|$/gu, "").split("|").map((cell) => cell.trim()));
  const headed = lines.length > 1 && RULE.test(lines[1]);
  return { head: headed ? rows[0] : [], body: rows.filter((row, at) => !RULE.test(lines[at]) && !(headed && at === 0)) };
}

// Where cells are long and the page is narrow, the style sheet stacks them under their column's name (class "long");
// the roles keep it a table for a screen reader all the same.
function table(lines, mark) {
  const { head, body } = grid(lines);
  const made = node("table", { role: "table" });
  const row = (...cells) => node("tr", { role: "row" }, ...cells);
  if (head.length) {
    made.append(node("thead", { role: "rowgroup" }, row(...head.map((cell) => node("th", { scope: "col", role: "columnheader" }, ...inline(cell, mark))))));
  }
  const cells = (each) => each.map((cell, at) => (head.length && at === 0 && each.length > 2
    ? node("th", { scope: "row", role: "rowheader" }, ...inline(cell, mark))
    : node("td", { role: "cell", "data-head": head[at] ? plain(head[at]) : null }, ...inline(cell, mark))));
  made.append(node("tbody", { role: "rowgroup" }, ...body.map((each) => row(...cells(each)))));
  const long = head.length > 0 && body.flat().some((cell) => cell.length > LONG_CELL);
  return node("div", { class: long ? "table long" : "table", tabindex: "0", role: "group", "aria-label": "表格" }, made);
}

function inline(text, mark) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(text.slice(at, found.index));
    nodes.push(found[1] ? node("strong", {}, ...inline(found[1], mark)) : mark(Number(found[2])) || found[0]);
    at = found.index + found[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((each) => each !== "");
}
