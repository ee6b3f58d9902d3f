// The words of the page: which language it speaks, and putting them in place. Owns no messages.

const KEPT = "kiem-language"; // sessionStorage: gone when the tab closes, for devices that people share

let words = JSON.parse(document.getElementById("words").textContent);

export const now = () => words;

export function text(key, values = {}) {
  return Object.entries(values).reduce((found, [name, value]) => found.replace(`{${name}}`, value), words.texts[key]);
}

/** The language of an earlier page in this tab, if there was one. */
export function keptLanguage() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keep(language) {
  try {
    sessionStorage.setItem(KEPT, language);
  } catch {
    // the page works without
  }
}

export function forgetLanguage() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // nothing was kept
  }
}

/** Let the page speak a language; when its words cannot be fetched, the old ones stay. */
export async function speak(language) {
  keep(language);
  words = { ...words, language };
  try {
    const answer = await fetch(`/chat/texts?language=${encodeURIComponent(language)}`);
    if (!answer.ok) return;
    const fetched = await answer.json();
    if (words.language !== language) return; // another choice came after this one
    words = fetched;
    show();
  } catch {
    // offline: the numbers in the page stay as they are
  }
}

function show() {
  document.documentElement.lang = words.texts_language;
  document.documentElement.dir = words.direction;
  document.title = text("page_title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = text(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = text(element.dataset.placeholder);
  document.getElementById("language").value = words.language;
  document.getElementById("lines").replaceChildren(...words.help.map(helpLine));
}

function helpLine({ number, about, tel, language }) {
  const [item, link, digits, purpose] = ["li", "a", "b", "span"].map((name) => document.createElement(name));
  link.href = tel;
  digits.dir = "ltr";
  digits.textContent = number;
  purpose.lang = language;
  purpose.textContent = about;
  link.append(digits, " ", purpose);
  item.append(link);
  return item;
}
