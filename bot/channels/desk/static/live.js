// Keeps a part of a page up to date: asks again and again, and is answered "304 nothing new" most of the time. Owns asking, not what is done with it.

const EVERY = 700; // milliseconds
const LOST_AFTER = 3; // failures in a row

/** Calls `changed(html)` when there is something new, `lost(true|false)` when the connection goes and comes back. */
export function follow(address, changed, lost) {
  let tag = null;
  let failures = 0;
  async function ask() {
    try {
      const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", redirect: "error" });
      if (answer.status === 401 || answer.status === 404) return lost(true); // logged out, or no longer shared: asking again is no use
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        changed(await answer.text());
      } else if (answer.status !== 304) throw new Error(String(answer.status));
      failures = 0;
      lost(false);
    } catch {
      failures += 1;
      if (failures >= LOST_AFTER) lost(true);
    }
    setTimeout(ask, EVERY * Math.min(8, 1 + failures));
  }
  ask();
}

/** Put new contents in place without losing what the reader has open or where the focus is. */
export function replace(element, html) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const link = focused?.getAttribute("href");
  const label = focused?.getAttribute("aria-label");
  const opened = [...element.querySelectorAll("details")].map((details) => details.open);
  element.innerHTML = html; // of our own server, escaped there
  element.querySelectorAll("details").forEach((details, index) => (details.open = opened[index] ?? false));
  const same = (candidate) => (link && candidate.getAttribute("href") === link) || (label && candidate.getAttribute("aria-label") === label);
  if (focused) [...element.querySelectorAll("a, [tabindex]")].find(same)?.focus({ preventScroll: true });
}
