// One question with its answer: while it streams, when it is done, when it failed.
import { foreign, node, plain, render } from "/ui/chat-text.js";
import { badge, sourceLine, today, toggle, wholeText } from "/ui/chat-proof.js";
import { rate, standing } from "/ui/chat-stream.js";
import { canSpeak, hush, speak } from "/ui/chat-voice.js";

const LABELS = { refused: "未作答", clarify: "需要补充" };
const REASONS = ["答非所问", "内容有误", "依据不对", "不够完整", "看不懂"];
let count = 0;

// `on`: {again(), ask(text), say(text)}. The returned object is fed by the stream.
export function turn(question, config, on) {
  count += 1;
  const id = `q${count}`;
  const box = node("div", { class: "text" });
  const waiting = node("p", { class: "waiting" }, "正在检索规划原文……");
  const head = node("p", { class: "head" }, node("span", { class: "tag" }, "AI 生成"));
  const answer = node("div", { class: "answer", "aria-busy": "true" }, head, waiting, box);
  const article = node("article", { "aria-labelledby": id }, node("h2", { class: "asked", id, lang: foreign(question) }, node("span", { class: "sr" }, "问："), question), answer);
  const citations = new Map();
  const marks = [];
  let text = "";
  let timer = 0;

  const mark = (n) => {
    const made = node("button", { type: "button", class: "ref", "aria-expanded": "false", "aria-label": `依据 ${n}` }, `[${n}]`);
    made.addEventListener("click", () => citations.has(n) && toggle(made, citations.get(n), config.periods, (proof) => {
      const cell = made.closest("td");
      const stacked = cell && getComputedStyle(cell).display === "block";
      const block = stacked ? cell : made.closest("li, p, h3, .table");
      if (stacked || block.nodeName === "LI") block.append(proof);
      else block.after(proof);
    }));
    marks.push([n, made]);
    made.hidden = !citations.has(n);
    return made;
  };
  const show = () => { waiting.hidden = true; render(box, text, mark); };
  const clear = () => { clearInterval(timer); window.removeEventListener("online", on.again); answer.querySelectorAll(".fault").forEach((each) => each.remove()); };

  return {
    article,
    delta(piece) { text += piece; show(); },
    citation(each) { citations.set(each.n, each); marks.forEach(([n, made]) => { made.hidden = !citations.has(n); }); },
    done(reply) {
      clear();
      reply.citations.forEach(this.citation);
      text = reply.text;
      show();
      answer.removeAttribute("aria-busy");
      answer.dataset.status = reply.status;
      if (LABELS[reply.status]) head.append(node("span", { class: "label" }, LABELS[reply.status]));
      const missing = reply.notices.filter((each) => !reply.text.includes(each.text));
      box.before(...missing.map((each) => node("div", { class: "notice" }, node("p", {}, each.text))));
      badges(box, reply, config);
      if (reply.citations.length) answer.append(sources(reply, config));
      if (reply.suggestions.length) answer.append(suggestions(reply, on));
      answer.append(actions(question, reply, config, on, article));
      on.say(`回答完毕。${plain(reply.text).slice(0, 160)}。${reply.citations.length ? `附原文依据 ${reply.citations.length} 条。` : ""}`);
    },
    stopped() {
      clear();
      answer.removeAttribute("aria-busy");
      waiting.hidden = true;
      answer.append(fault("stopped", text ? "已停止，以上内容不完整。" : "已停止回答。", on.again));
      on.say("已停止回答");
    },
    failed(error) {
      clear();
      answer.removeAttribute("aria-busy");
      waiting.hidden = true;
      const shown = fault(error.kind, error.message, on.again);
      answer.append(shown);
      on.say(error.message);
      if (error.kind === "starting") timer = setInterval(async () => { if ((await standing()).status === "ready") on.again(); }, 2000);
      else if (error.kind === "offline") window.addEventListener("online", on.again, { once: true });
      else if (error.after && error.kind === "busy") timer = countdown(shown, error.after, on.say);
    },
    restart() {
      clear();
      text = "";
      render(box, "", mark);
      citations.clear();
      marks.length = 0;
      waiting.hidden = false;
      answer.setAttribute("aria-busy", "true");
    },
    leave: clear,
  };
}

function fault(kind, message, again) {
  const retry = node("button", { type: "button", class: "plain retry" }, "重试");
  retry.addEventListener("click", again);
  return node("div", { class: "fault", "data-kind": kind }, node("p", {}, message), ...(kind === "quota" || kind === "refused" ? [] : [retry]));
}

function countdown(shown, seconds, say) {
  const retry = shown.querySelector(".retry");
  const left = node("span", { "aria-hidden": "true" });
  shown.firstChild.append(left);
  retry.disabled = true;
  let rest = Math.min(seconds, 600);
  left.textContent = `约 ${rest} 秒后可以重试。`;
  const timer = setInterval(() => {
    rest -= 1;
    left.textContent = rest > 0 ? `约 ${rest} 秒后可以重试。` : "现在可以重试。";
    if (rest > 0) return;
    clearInterval(timer);
    retry.disabled = false;
    say("现在可以重试");
  }, 1000);
  return timer;
}

// The state of its period beside the name of each plan that heads a part of the answer.
function badges(box, reply, config) {
  for (const lead of box.querySelectorAll("p.lead")) {
    const of = reply.citations.find((each) => lead.textContent.includes(`《${each.plan_title}》`));
    if (of) lead.append(" ", badge(of.period_status, config.periods));
  }
}

function sources(reply, config) {
  const rows = reply.citations.map((each) => {
    const open = node("button", { type: "button", class: "source", "aria-expanded": "false" },
      node("span", { class: "n" }, String(each.n)), node("span", { class: "of" }, node("span", {}, `《${each.plan_title}》`), " ", badge(each.period_status, config.periods), node("span", { class: "path" }, each.path)));
    const row = node("li", {}, open);
    open.addEventListener("click", () => toggle(open, each, config.periods, (proof) => row.append(proof)));
    return row;
  });
  return node("details", { class: "sources" }, node("summary", {}, `原文依据 ${rows.length} 条`), node("ol", {}, ...rows));
}

function suggestions(reply, on) {
  const chips = [...new Set(reply.suggestions)].map((each) => chip(each, on.ask));
  return node("div", { class: "follow" }, node("p", {}, reply.status === "clarify" ? "请选择" : "可以接着问"), node("ul", { class: "chips" }, ...chips));
}

export function chip(text, ask) {
  const made = node("button", { type: "button", class: "chip" }, text);
  made.addEventListener("click", () => ask(text));
  return node("li", {}, made);
}

function actions(question, reply, config, on, article) {
  const button = (label, act) => {
    const made = node("button", { type: "button", class: "act" }, label);
    made.addEventListener("click", () => act(made));
    return made;
  };
  const row = node("div", { class: "acts" },
    button("复制", async () => on.say(await copy(wholeText(question, reply, config)) ? "已复制" : "复制失败，请手动选择文字", true)),
    button("打印", () => print(article, reply, config)));
  if (canSpeak()) {
    row.append(button("朗读", (made) => {
      if (made.textContent === "停止朗读") { hush(); return; }
      speak(plain(reply.text), () => { made.textContent = "朗读"; });
      made.textContent = "停止朗读";
    }));
  }
  const thumbs = [button("有帮助", async () => thanks(await rate({ reply_id: reply.id, rating: "helpful" }))),
    button("没帮助", (made) => { reasons(made, row, reply, thanks); })];
  const thanks = (stored) => {
    on.say(stored ? "反馈已记录，谢谢" : "反馈没有保存，请稍后再试", true);
    if (!stored) return;
    row.parentElement.querySelectorAll(".why").forEach((each) => each.remove());
    const done = node("span", { class: "thanks", tabindex: "-1" }, "已反馈，谢谢");
    thumbs[0].replaceWith(done);
    thumbs[1].remove();
    done.focus();
  };
  row.append(...thumbs);
  return row;
}

function reasons(opener, row, reply, thanks) {
  const open = row.parentElement.querySelector(".why");
  if (open) { open.remove(); opener.focus(); return; }
  const name = `why-${reply.id}`;
  const options = REASONS.map((each) => node("label", {}, node("input", { type: "radio", name, value: each }), node("span", {}, each)));
  const more = node("textarea", { rows: "2", maxlength: "500", "aria-label": "补充说明（可不填）", placeholder: "补充说明（可不填，请勿填写个人信息）" });
  const send = node("button", { type: "button", class: "plain" }, "提交");
  const cancel = node("button", { type: "button", class: "plain" }, "取消");
  const why = node("fieldset", { class: "why" }, node("legend", {}, "哪里不好？"), ...options, more, node("div", { class: "row" }, send, cancel));
  const leave = () => { why.remove(); opener.focus(); };
  cancel.addEventListener("click", leave);
  why.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) { event.stopPropagation(); leave(); } });
  send.addEventListener("click", async () => {
    const chosen = why.querySelector("input:checked");
    const comment = [chosen ? chosen.value : "", more.value.trim()].filter(Boolean).join("：");
    thanks(await rate({ reply_id: reply.id, rating: chosen && chosen.value === "内容有误" ? "wrong" : "unhelpful", comment }));
  });
  row.after(why);
  why.querySelector("input").focus();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = node("textarea", { class: "sr", readonly: true, "aria-hidden": "true", tabindex: "-1" });
    const before = document.activeElement;
    box.value = text;
    document.body.append(box);
    box.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* told below */ }
    box.remove();
    if (before) before.focus();
    return done;
  }
}

function print(article, reply, config) {
  const paper = node("div", { class: "paper" }, ...reply.citations.map((each) => node("p", {}, sourceLine(each, config.periods))),
    node("p", { class: "stamp" }, `${config.note}。打印于${today()}。`));
  article.append(paper);
  article.classList.add("printed");
  window.addEventListener("afterprint", () => { paper.remove(); article.classList.remove("printed"); }, { once: true });
  window.print();
}
