// One question to POST /api/ask, its answer as server-sent events. Every way it can fail becomes a Fault with a kind.

const SILENCE_MS = 45_000;      // the server sends a comment now and then; longer silence means the line is dead

// kind: offline | starting | busy | quota | cut | refused | failed. `after`: seconds until it is worth trying again.
export class Fault extends Error {
  constructor(kind, message, after = 0) {
    super(message);
    this.kind = kind;
    this.after = after;
  }
}

// Calls on.delta(text) and on.citation(object); resolves to the whole reply. `signal` stops it.
export async function ask(body, signal, on) {
  let response;
  try {
    response = await fetch("/api/ask", {
      method: "POST", body: JSON.stringify({ ...body, stream: true }), signal, cache: "no-store", credentials: "omit",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    });
  } catch (error) {
    throw signal.aborted ? error : offline();
  }
  if (!response.ok) throw await faultOf(response);
  let done = null;
  for await (const [name, data] of events(response, signal)) {
    if (name === "delta") on.delta(String(data.text || ""));
    else if (name === "citation") on.citation(data);
    else if (name === "error") throw faultFrom(200, data.error || {}, 0);
    else if (name === "done") { done = data; break; }
  }
  if (!done) throw new Fault("cut", "回答在中途断开，以上内容不完整。");
  return done;
}

// "starting" | "ready" | "error", or "" where the server cannot be reached.
export async function standing() {
  try {
    const response = await fetch("/api/health", { cache: "no-store", credentials: "omit" });
    return response.ok ? await response.json() : { status: "" };
  } catch {
    return { status: "" };
  }
}

export async function get(path) {
  const response = await fetch(path, { credentials: "omit" });
  if (!response.ok) throw new Fault("failed", "");
  return response.json();
}

export async function rate(body) {
  try {
    const response = await fetch("/api/feedback", {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, credentials: "omit",
    });
    return response.ok;
  } catch {
    return false;
  }
}

async function* events(response, signal) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), signal);
      if (done) return;
      buffer += decoder.decode(value, { stream: true });
      const whole = buffer.replace(/\r\n?/gu, "\n").split("\n\n");
      buffer = whole.pop();
      for (const block of whole) {
        const fields = block.split("\n");
        const name = fields.find((line) => line.startsWith("event:"));
        const data = fields.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
        if (data) yield [name ? name.slice(6).trim() : "message", JSON.parse(data)];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function within(reading, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Fault("cut", "很久没有收到回答，连接可能已断开。")), SILENCE_MS);
    reading.then(resolve, (error) => reject(signal.aborted ? error : new Fault("cut", "回答在中途断开，以上内容不完整。")))
      .finally(() => clearTimeout(timer));
  });
}

function offline() {
  return navigator.onLine === false
    ? new Fault("offline", "网络没有连接。连接恢复后可以重试。")
    : new Fault("offline", "暂时连接不上问答服务。请稍后重试。");
}

async function faultOf(response) {
  let error = {};
  try { error = (await response.json()).error || {}; } catch { /* a proxy's page: the status has to do */ }
  return faultFrom(response.status, error, Number(response.headers.get("Retry-After")) || 0);
}

function faultFrom(status, error, after) {
  const code = String(error.code || "");
  const message = typeof error.message === "string" ? error.message : "";
  if (code === "not_ready") return new Fault("starting", "知识库正在准备，稍候会自动回答。", after || 3);
  if (/quota|limit_exceeded/u.test(code)) return new Fault("quota", message || "今天的提问次数已用完，请明天再来，或联系主管部门。", after);
  if (status === 429 || code === "busy") return new Fault("busy", code === "rate_limited" && message ? message : "现在提问的人较多，请稍等片刻。", after || 10);
  if (status === 503 || status === 502 || status === 504) return new Fault("busy", message || "服务暂时不可用，请稍后重试。", after || 10);
  if (status >= 400 && status < 500) return new Fault("refused", message || "这个问题无法提交，请修改后重试。");
  return new Fault("failed", message || "服务出错，没有完成回答，请重试。");
}
