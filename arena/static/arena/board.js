// How does an open board stay current? It is told that there is a new snapshot and fetches the table. A board that is
// being computed is asked for again until it is there; the one that is shown stays until then.

import { fetchPage, say, sleep, word } from "./page.js";

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
  say(time ? word("updated", time) : word("updatedNow"));
}

/** The last snapshot that this page has heard of: the socket tells of later ones, also of those it was not open for. */
let after = Number(document.querySelector("main").dataset.after || 0);

function listen(arena, onOpen) {
  return new Promise((resolve) => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/leaderboards/${arena}/?after=${after}`);
    socket.onopen = onOpen;
    socket.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      if (news.type !== "snapshot") return;
      after = Math.max(after, news.id);
      refresh().catch(() => say(word("newer")));
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

watch(document.querySelector("main").dataset.arena);
if (isComputing(document.querySelector("#board"))) refresh().catch(() => say(word("reload")));
