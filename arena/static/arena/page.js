// How is a part of the page exchanged for what the server has now? Server-rendered HTML, parsed and moved into place.

/** Fetch a page of this site; its document, or null where the server could not answer. */
export async function fetchPage(url, options = {}) {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
  const text = await response.text();
  return { response, page: new DOMParser().parseFromString(text, "text/html") };
}

/** Put the main part of a fetched page in the place of the present one. Answers stay where they were scrolled to. */
export function swapMain(page) {
  const incoming = page.querySelector("main");
  const present = document.querySelector("main");
  if (!incoming || !present) return null;
  const positions = [...present.querySelectorAll(".answer-body")].map((box) => box.scrollTop);
  const main = document.importNode(incoming, true);
  present.replaceWith(main);
  main.querySelectorAll(".answer-body").forEach((box, k) => { box.scrollTop = positions[k] ?? 0; });
  document.title = page.title;
  return main;
}

/** Say something in the status line of the page. */
export function say(text, isBad = false) {
  const line = document.querySelector(".news");
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("is-bad", isBad);
}

/** A sentence of the page's own language, from its template of words; %1, %2 are the values. */
export function word(name, ...values) {
  const sentence = document.querySelector("#words")?.dataset[name] ?? "";
  return values.reduce((text, value, k) => text.replace(`%${k + 1}`, value), sentence);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
