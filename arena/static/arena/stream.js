// How do the two answers appear while they are written? Deltas over a WebSocket, appended as plain text.

import { fetchPage, say, sleep, swapMain, word } from "./page.js";

const WRITING = new Set(["drawn", "answering"]);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const SLOW_MS = 2000;
const OVER = 4410;

/** Follow a battle until both answers are complete, through lost connections, from the last number seen. */
export async function follow(main, onSwap) {
  const { battle } = main.dataset;
  let seq = Number(main.dataset.seq);
  let wait = FIRST_WAIT_MS;
  while (WRITING.has(document.querySelector("main").dataset.state)) {
    const slow = setTimeout(() => say(word("waiting")), SLOW_MS);
    const isOver = await listen(battle, seq, (delta) => {
      clearTimeout(slow);
      wait = FIRST_WAIT_MS;
      seq = Math.max(seq, append(delta, seq));
    });
    clearTimeout(slow);
    if (isOver && await refresh(onSwap)) return;
    say(word("lost"), true);
    await sleep(wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    if (await refresh(onSwap)) return;
  }
}

/** One connection: resolves true when the server says that writing is over, false when the connection is lost. */
function listen(battle, seq, onDelta) {
  return new Promise((resolve) => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/battles/${battle}/?after=${seq}`);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "delta") onDelta(message);
      if (message.type === "state" && !WRITING.has(message.state)) finish(true);
    };
    socket.onclose = ({ code }) => finish(code === OVER);
    function finish(isOver) {
      socket.onclose = null;
      socket.close();
      resolve(isOver);
    }
  });
}

function append({ side, turn, seq, text }, seen) {
  const stream = document.querySelector(`.stream[data-side="${side}"][data-turn="${turn}"]`);
  if (stream && seq > seen) {
    stream.append(text);
    say("");
  }
  return seq;
}

/** Show the battle as the server has it now; whether writing is over. */
async function refresh(onSwap) {
  try {
    const { response, page } = await fetchPage(location.href);
    const state = page.querySelector("main")?.dataset.state;
    if (!response.ok || !state || WRITING.has(state)) return false;
    onSwap(swapMain(page));
    return true;
  } catch {
    return false;
  }
}
