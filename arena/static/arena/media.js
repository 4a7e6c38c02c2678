// How are pictures, sounds and films compared? One plays at a time, or two films in step; pictures in full, A beside B.
// Nothing plays by itself. The players are the browser's own, with all their keys.

const PLAYERS = "audio.media, video.media";
const LARGEST_DRIFT_S = 0.15;
let pair = []; // two films that run together

const others = (player) => [...document.querySelectorAll(PLAYERS)].filter((other) => other !== player);

// --- one at a time, or two together ---

function played(player) {
  if (pair.includes(player)) {
    step(player);
    return;
  }
  part();
  others(player).forEach((other) => other.pause());
}

/** What was done to one of the two happens to the other as well. */
function step(player) {
  const other = pair.find((film) => film !== player);
  if (!other) return;
  if (Math.abs(other.currentTime - player.currentTime) > LARGEST_DRIFT_S) {
    other.currentTime = Math.min(player.currentTime, other.duration || 0);
  }
  if (player.paused || player.ended) other.pause();
  else if (other.paused && !other.ended) other.play().catch(part);
}

function join(button) {
  const films = [...document.querySelectorAll(".answers .answer")].map((answer) => [...answer.querySelectorAll("video.media")].at(-1));
  if (films.includes(undefined)) return;
  others().forEach((other) => other.pause());
  films.forEach((film) => {
    film.muted = true;
    if (film.ended) film.currentTime = 0;
  });
  pair = films;
  films[1].currentTime = films[0].currentTime;
  show(button, true);
  Promise.all(films.map((film) => film.play())).catch(part);
}

function part() {
  pair.forEach((film) => film.pause());
  pair = [];
  show(document.querySelector("[data-together]"), false);
}

function show(button, isTogether) {
  if (!button || button.classList.contains("is-on") === isTogether) return;
  button.classList.toggle("is-on", isTogether);
  [button.textContent, button.dataset.stop] = [button.dataset.stop, button.textContent];
}

document.addEventListener("play", ({ target }) => played(target), true);
document.addEventListener("pause", ({ target }) => { if (pair.includes(target) && !target.ended) step(target); }, true);
document.addEventListener("seeked", ({ target }) => { if (pair.includes(target)) step(target); }, true);
document.addEventListener("timeupdate", ({ target }) => { if (target === pair[0] && !target.paused) step(target); }, true);
document.addEventListener("ended", ({ target }) => { if (pair.includes(target) && pair.every((film) => film.ended)) part(); }, true);
document.addEventListener("volumechange", ({ target }) => {
  if (pair.includes(target) && !target.muted) pair.forEach((film) => { if (film !== target) film.muted = true; });
}, true);

// --- pictures in full ---

function open(link) {
  const box = document.querySelector(".zoom-box");
  const links = [...document.querySelectorAll(`a.zoom[data-group="${CSS.escape(link.dataset.group)}"]`)];
  box.querySelector("[data-choices]").replaceChildren(...links.map((choice) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = choice.dataset.label;
    button.addEventListener("click", () => turnTo(box, links, choice));
    return button;
  }));
  turnTo(box, links, link);
  box.onkeydown = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || box.classList.contains("is-full")) return;
    const shown = links.findIndex((choice) => choice.href === box.querySelector("img").src);
    turnTo(box, links, links[(shown + by + links.length) % links.length]);
  };
  box.showModal();
}

function turnTo(box, links, link) {
  const image = box.querySelector("img");
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  box.querySelector("h2").textContent = image.alt;
  box.querySelectorAll("[data-choices] button").forEach((button, k) => button.setAttribute("aria-pressed", String(links[k] === link)));
}

function resize(button) {
  const isFull = button.closest("dialog").classList.toggle("is-full");
  button.setAttribute("aria-pressed", String(isFull));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.zoom");
  const together = event.target.closest("[data-together]");
  const full = event.target.closest("[data-full]");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    open(link);
  }
  if (together) pair.length ? part() : join(together);
  if (full) resize(full);
});
