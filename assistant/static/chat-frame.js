// The talk with the portal page around the frame. The server says which one origin that may be; the browser has
// already refused to show this page in any other. Nothing of a question or an answer is told to the portal.

const TYPE = "ip-plan-chat";

// `on(command, value)` is called for each message of the portal. Returns {framed, tell(message)}.
export function connect(site, on) {
  const framed = window.parent !== window;
  const around = window.location.ancestorOrigins;
  const trusted = framed && site !== "" && window.parent === window.top && (!around || (around.length === 1 && around[0] === site));
  if (!trusted) return { framed, tell: () => {} };
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== site) return;
    const data = event.data;
    if (data && data.type === TYPE && typeof data.command === "string") on(data.command, data.value);
  });
  return { framed, tell: (message) => window.parent.postMessage({ type: TYPE, ...message }, site) };
}
