// Reading aloud with the browser's own voices, where it has any. Sentence by sentence: long texts are cut off otherwise.
import { foreign } from "/ui/chat-text.js";

const speech = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window ? window.speechSynthesis : null;
let ended = () => {};

export const canSpeak = () => speech !== null;

export function speak(text, onEnd = () => {}) {
  hush();
  if (!speech) return;
  ended = onEnd;
  const stop = () => { if (ended === onEnd) finish(); };     // a voice that was hushed reports late
  const sentences = text.match(/[^。！？；\n]+[。！？；]?/gu) || [];
  const voice = speech.getVoices().find((each) => /^zh[-_](?:CN|Hans)/iu.test(each.lang));
  sentences.forEach((sentence, at) => {
    const said = new SpeechSynthesisUtterance(sentence.trim());
    said.lang = foreign(sentence) || "zh-CN";
    said.rate = 0.95;
    if (voice && said.lang === "zh-CN") said.voice = voice;
    if (at === sentences.length - 1) said.onend = stop;
    said.onerror = stop;
    speech.speak(said);
  });
}

export function hush() {
  if (speech) speech.cancel();
  finish();
}

function finish() {
  const call = ended;
  ended = () => {};
  call();
}
