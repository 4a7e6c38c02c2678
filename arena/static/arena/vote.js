// How does a vote reach the server for certain? Kept in this browser, sent again until there is an answer.
// The battle has one vote: sending the same one twice changes nothing.

import { fetchPage, say, sleep, swapMain, word } from "./page.js";

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 60;
const AGAIN = new Set([429, 500, 502, 503, 504]);

let isSending = false;

const keyOf = (main) => `vote:${main.dataset.battle}`;

/** Send the form with the outcome of this button; then show what the server says. */
export async function vote(main, button, onSwap) {
  const fields = new FormData(button.form);
  fields.set("outcome", button.value);
  keep(main, fields);
  await send(main, fields, button, onSwap);
}

/** A vote that was chosen here and never confirmed, after a reload: send it now. */
export async function resume(main, onSwap) {
  const kept = read(main);
  const form = main.querySelector("#vote");
  if (!kept || !form || main.dataset.state !== "ready") {
    if (main.dataset.state !== "answering" && main.dataset.state !== "drawn") forget(main);
    return;
  }
  const fields = new FormData(form);
  fields.delete("reasons");
  for (const [name, value] of kept) fields.append(name, value);
  say(word("resending"));
  await send(main, fields, form.querySelector(`[value="${CSS.escape(fields.get("outcome"))}"]`), onSwap);
}

async function send(main, fields, button, onSwap) {
  if (isSending) return;
  isSending = true;
  button?.classList.add("is-sent");
  try {
    for (let wait = FIRST_WAIT_S; ; wait = Math.min(2 * wait, LONGEST_WAIT_S)) {
      const answer = await attempt(fields);
      if (answer && !AGAIN.has(answer.response.status)) {
        finish(main, answer, button, onSwap);
        return;
      }
      await pause(Number(answer?.response.headers.get("Retry-After")) || wait);
    }
  } finally {
    isSending = false;
  }
}

async function attempt(fields) {
  try {
    return await fetchPage(location.href, { method: "POST", body: fields });
  } catch {
    return null;
  }
}

function finish(main, { page }, button, onSwap) {
  forget(main);
  if (page.querySelector("main[data-battle]")) {
    onSwap(swapMain(page), { isVoted: true });
    return;
  }
  button?.classList.remove("is-sent");
  say(page.querySelector("main p")?.textContent.trim() || word("refused"), true);
}

/** Wait, say so, and go on at once when the browser is online again. */
async function pause(seconds) {
  say(word(navigator.onLine ? "unanswered" : "offline", seconds), true);
  await Promise.race([
    sleep(1000 * seconds),
    new Promise((resolve) => addEventListener("online", resolve, { once: true })),
  ]);
}

function keep(main, fields) {
  const kept = [...fields].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "comment");
  kept.push(["comment", fields.get("comment") ?? ""]);
  try {
    sessionStorage.setItem(keyOf(main), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still sends the vote.
  }
}

function read(main) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(main)));
  } catch {
    return null;
  }
}

function forget(main) {
  try {
    sessionStorage.removeItem(keyOf(main));
  } catch {
    // Nothing was kept.
  }
}
