// The way of the messages: one after the other, none lost, none twice. Owns the queue and the server; draws nothing itself.

import * as log from "./log.js";
import * as news from "./news.js";
import { now } from "./words.js";

const PATIENCE = 60_000; // milliseconds: longer than the slowest honest answer
const JSON_ONLY = { "Content-Type": "application/json" };
const CHOICE = /^\/choose_language\{"language": "([a-z]{2})"\}$/;

let queue = []; // {text, language}; the first one is under way or has failed
let busy = false;
let begun = false;
let under = null; // AbortController of the request under way
let onLanguage = () => {};

export const hasBegun = () => begun;

/** Call `told` when a button of the bot chose another language. */
export function whenLanguageChosen(told) {
  onLanguage = told;
}

/** Say something: `payload` goes to the bot, `shown` stands in the log. */
export function say(payload, shown = payload) {
  begun = true;
  log.showOwn(shown);
  queue.push({ text: payload, language: now().language });
  const chosen = CHOICE.exec(payload);
  if (chosen && chosen[1] !== now().language) onLanguage(chosen[1]);
  work();
}

export const retry = () => work();

async function work() {
  if (busy) return;
  busy = true;
  log.hideFailure();
  while (queue.length) {
    log.showTyping(true);
    const talk = queue;
    const outcome = await send(talk[0]);
    if (talk !== queue) return; // a new conversation began meanwhile
    log.showTyping(false);
    if (outcome.failed) {
      log.showFailure(outcome.said);
      break;
    }
    queue.shift();
    log.showReplies(outcome.replies, say);
    news.look();
  }
  busy = false;
}

async function send(message) {
  under = new AbortController();
  const timer = setTimeout(() => under.abort(), PATIENCE);
  try {
    const answer = await fetch("/chat/message", {
      method: "POST",
      headers: JSON_ONLY,
      body: JSON.stringify(message),
      signal: under.signal,
    });
    const body = await answer.json();
    return answer.ok ? { replies: body.replies } : { failed: true, said: answer.status >= 500 ? body.error : "" };
  } catch {
    return { failed: true }; // offline, too slow, or no JSON
  } finally {
    clearTimeout(timer);
  }
}

/** Forget the talk here, and on the server who this browser is. */
export function forget() {
  queue = [];
  busy = begun = false;
  under?.abort();
  news.forget();
  log.clear();
  return fetch("/chat/leave", { method: "POST", headers: JSON_ONLY, body: "{}", keepalive: true }).catch(() => {});
}
