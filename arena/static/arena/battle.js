// What does the battle page do beyond its forms? Follow the answers, vote without a reload, keys, seal.
// Everything works without this file, a little more slowly.

import { connectSwitch } from "./sides.js";
import { checkSeal } from "./seal.js";
import { follow } from "./stream.js";
import { resume, vote } from "./vote.js";

const WRITING = new Set(["drawn", "answering"]);
const REST_MS = 600;
const ARROWS = { ArrowLeft: "a", ArrowRight: "b" };
let seenSeal = null;

function connect(main, { isVoted = false } = {}) {
  if (!main) return;
  main.querySelectorAll("[data-opens]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => main.querySelector(`#${button.dataset.opens}`).showModal());
  });
  main.querySelector("#vote")?.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "outcome") return;
    event.preventDefault();
    vote(main, event.submitter, connect);
  });
  seenSeal = main.querySelector(".seal:not([data-nonce]) .hash")?.textContent ?? seenSeal;
  connectSwitch(main);
  checkSeal(main, seenSeal);
  if (isVoted) rest(main);
  else resume(main, connect);
}

/** The reveal has come: a double click meant for the vote must not carry the reader past it. */
function rest(main) {
  const next = main.querySelector(".next button");
  if (next) {
    next.disabled = true;
    setTimeout(() => { next.disabled = false; }, REST_MS);
  }
  main.querySelector("#verdict-title")?.focus({ preventScroll: true });
}

function isTyping(target) {
  return target.closest("textarea, input:not([type=checkbox]), select, dialog") !== null;
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  // In a box that scrolls, or a player, the arrows belong to the box.
  if (event.key in ARROWS && event.target.closest("[tabindex], audio, video")) return;
  const key = ARROWS[event.key] ?? event.key.toLowerCase();
  const button = key === "?"
    ? document.querySelector('[data-opens="keys"]')
    : document.querySelector(`button[data-key="${CSS.escape(key)}"]`);
  if (!button || button.matches(":disabled")) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("keydown", press);
const first = document.querySelector("main");
connect(first);
if (WRITING.has(first.dataset.state)) follow(first, connect);
