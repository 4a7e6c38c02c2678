// How does an open board stay current? It is told that there is a new snapshot and fetches the table. A board that is
// being computed is asked for again until it is there; the one that is shown stays until then.

import { fetchPage, say, sleep } from "./page.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60000;

const isComputing = (board) => "retry" in board.dataset;

async function refresh() {
  const { response, page } = await fetchPage(location.href);
  const incoming = page.querySelector("#board");
  if (!response.ok || !incoming) return;
  if (isComputing(incoming)) {
    await sleep(1000 * incoming.dataset.retry);
    return refresh();
  }
  const time = incoming.querySelector("time")?.textContent;
  document.querySelector("#board").replaceWith(document.importNode(incoming, true));
  say(time ? `Updated: as of ${time}.` : "Updated.");
}

function listen(arena, onOpen) {
  return new Promise((resolve) => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/leaderboards/${arena}/`);
    socket.onopen = onOpen;
    socket.onmessage = ({ data }) => {
      if (JSON.parse(data).type === "snapshot") refresh().catch(() => say("A newer board exists. Reload to see it."));
    };
    socket.onclose = resolve;
  });
}

async function watch(arena) {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    await listen(arena, () => { wait = FIRST_WAIT_MS; });
    await sleep(wait);
  }
}

const { arena } = document.querySelector("main").dataset;
watch(arena);
if (isComputing(document.querySelector("#board"))) refresh().catch(() => say("Reload to see whether it is ready."));
