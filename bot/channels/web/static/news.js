// What waits for the person without being asked for: messages of the team, and notices. Owns asking for it, as often as the server says.

import * as log from "./log.js";
import { now } from "./words.js";

const AFTER_FAILURE = 5000; // milliseconds
let after = 0; // the last message of the team that stands on this page
let read = []; // notices that stand on this page
let shown = new Set();
let timer = null;
let round = 0;
let begun = false;

/** Ask now, and go on asking while the server says that something may come. */
export async function look() {
  clearTimeout(timer);
  const mine = ++round;
  let again = AFTER_FAILURE;
  try {
    const answer = await fetch("/chat/news", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ after, read, language: now().language, begun }),
    });
    if (mine !== round) return; // forgotten, or asked again meanwhile
    if (answer.ok) again = show(await answer.json());
    else if (answer.status === 404) again = 0;
  } catch {
    // offline: it waits at the server
  }
  if (again && mine === round) timer = setTimeout(look, again);
}

function show({ messages, notices, talk, again }) {
  for (const message of messages) {
    if (message.id <= after) continue;
    log.showSpoken(message);
    after = message.id;
  }
  read = [];
  for (const { id, reply } of notices) {
    if (!shown.has(id)) log.showReplies([reply], say);
    shown.add(id);
    read.push(id);
  }
  begun = true;
  log.showTalk(talk, leave);
  return messages.length || notices.length ? 100 : again * 1000; // say soon that it was shown
}

async function say(payload, title) {
  const talk = await import("./talk.js");
  talk.say(payload, title);
}

async function leave() {
  await fetch("/chat/message", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: "/signal_leave_talk", language: now().language }),
  }).catch(() => {});
  look();
}

export function forget() {
  clearTimeout(timer);
  round += 1;
  after = 0;
  read = [];
  shown = new Set();
  begun = false;
  log.showTalk(null);
}
