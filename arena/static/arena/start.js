// How long is the text so far? Counted as the server counts: in code points.

const box = document.querySelector("#prompt");
const counter = document.querySelector("#prompt-counter");
const limit = Number(box.dataset.maxLength);

function count() {
  const length = [...box.value].length;
  counter.hidden = length === 0;
  const [typed, most] = [length, limit].map((n) => n.toLocaleString(document.documentElement.lang));
  counter.textContent = counter.dataset.words.replace("%1", typed).replace("%2", most);
  counter.classList.toggle("is-over", length > limit);
}

box.addEventListener("input", count);
count();
