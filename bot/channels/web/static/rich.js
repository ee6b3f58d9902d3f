// A reply's plain text as elements: paragraphs, lists, links, numbers to call. Never reads it as HTML.

import { now } from "./words.js";

const ADDRESS = "https?://[^\\s<>\"']+";
const AFTER_ADDRESS = /[.,;:!?)\]»”’]+$/;
const STEP = /^\d{1,2}\. /;
const POINT = /^[-•*] /;
// What makes three digits a quantity and not a number to call.
const QUANTITY_BEFORE = /[\d.,/€+-]\s?$/;
const QUANTITY_AFTER = /^(\d|[.,/-]\d|\s?(%|€|°|euro|eur\b|g\b|gr|ml|kg|cm|dagen|weken|jours|semaines|days|weeks))/i;

export function paragraphs(text) {
  return text.split(/\n\s*\n/).filter((part) => part.trim()).flatMap(blocks);
}

/** Steps and points become lists, the lines around them paragraphs. */
function blocks(part) {
  const found = [];
  for (const line of part.trim().split("\n")) {
    const name = STEP.test(line) ? "ol" : POINT.test(line) ? "ul" : "p";
    if (found.at(-1)?.name !== name) found.push({ name, lines: [] });
    found.at(-1).lines.push(line);
  }
  return found.map(({ name, lines }) => (name === "p" ? filled("p", lines.join("\n")) : list(name, lines)));
}

function list(name, lines) {
  const element = document.createElement(name);
  element.setAttribute("role", "list");
  if (name === "ol") element.start = parseInt(lines[0], 10);
  element.append(...lines.map((line) => filled("li", line.replace(STEP, "").replace(POINT, ""))));
  return element;
}

function filled(name, text) {
  const element = document.createElement(name);
  element.append(...linked(text));
  return element;
}

function linked(text) {
  const pattern = new RegExp(`${ADDRESS}|${Object.keys(now().numbers).sort(longestFirst).map(anySpace).join("|")}`, "g");
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const link = found.startsWith("http") ? addressLink(found) : numberLink(found, text.slice(0, index), text.slice(index + found.length));
    if (!link) continue;
    parts.push(text.slice(end, index), link);
    end = index + link.textContent.length;
  }
  return [...parts, text.slice(end)];
}

const longestFirst = (one, other) => other.length - one.length;
const anySpace = (number) => number.replace(/ /g, "\\s?");

function addressLink(found) {
  const link = document.createElement("a");
  link.href = link.textContent = found.replace(AFTER_ADDRESS, "");
  link.rel = "noreferrer noopener";
  link.target = "_blank"; // the talk exists on this page only: do not leave it
  return link;
}

function numberLink(found, before, after) {
  if (QUANTITY_BEFORE.test(before) || QUANTITY_AFTER.test(after)) return null;
  const digits = found.replace(/\s/g, "");
  const known = Object.keys(now().numbers).find((number) => number.replace(/\s/g, "") === digits);
  const link = document.createElement("a");
  link.href = now().numbers[known];
  link.textContent = found;
  link.className = "call";
  return link;
}
