// How does the page that adds a model help while it is filled? Drafts, keys, names, a test as it streams, the card.

const SAVE_AFTER_MS = 800;
const MARKS = { good: "✓", note: "·", bad: "✗" };
const NUMBERS = [
  ["first_token_ms", "to the first words", seconds],
  ["latency_ms", "in all", seconds],
  ["input_tokens", "tokens in", String],
  ["output_tokens", "tokens out", String],
  ["cost_usd", "USD", (value) => Number(value).toPrecision(2).replace(/e.*$/, "").replace(/\.?0+$/, "") || "0"],
];
const ENDPOINT = new Set(["provider", "base_url", "model_name", "key_name", "parameters"]);

const form = document.getElementById("guide");
const find = (name) => form.querySelector(`[data-${name}]`);
const suggested = new Map();
let savingSoon = 0;

form.addEventListener("input", ({ target }) => {
  clearTimeout(savingSoon);
  savingSoon = setTimeout(keep, SAVE_AFTER_MS);
  if (suggested.get(target.name) !== target.value) explain(target.name, "");
  if (ENDPOINT.has(target.name) && !find("checks").hidden) find("test-state").textContent = "Changed since: test again.";
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "key_name") lookForKey();
  if (target.name === "model_name" || target.name === "base_url") suggest();
  else if (!ENDPOINT.has(target.name)) showCard();
});
form.addEventListener("submit", () => clearTimeout(savingSoon));
find("list").addEventListener("click", listModels);
find("test").addEventListener("click", test);
if (form.elements.key_name.value) lookForKey();
if (form.elements.namedItem("name").value) showCard();

async function post(name) {
  const answer = await fetch(form.getAttribute(`data-to-${name}`), { method: "POST", body: new FormData(form), redirect: "error" });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer;
}

async function keep() {
  try {
    await post("draft");
    find("draft-state").textContent = "Kept as a draft just now.";
  } catch {
    find("draft-state").textContent = "The draft could not be kept; the page goes on.";
  }
}

async function lookForKey() {
  try {
    const { state, sentence } = await (await post("key")).json();
    find("key-state").dataset.state = state;
    find("key-state").textContent = sentence;
  } catch (error) {
    find("key-state").textContent = error.message;
  }
}

/** Fill what is empty, or what an earlier suggestion filled; never what somebody typed. */
async function suggest() {
  try {
    const { fields } = await (await post("suggest")).json();
    for (const [name, { value, why }] of Object.entries(fields)) {
      const field = form.elements[name];
      const isFree = !field.value || field.value === "unknown" || field.value === suggested.get(name);
      if (!isFree) continue;
      field.value = value;
      suggested.set(name, field.value);
      explain(name, why);
    }
    await showCard();
    await keep();
  } catch {
    // A suggestion that does not come is not missed: every field can be typed.
  }
}

function explain(name, why) {
  const line = form.querySelector(`[data-field="${CSS.escape(name)}"] [data-why]`);
  if (!line) return;
  line.textContent = why;
  line.hidden = !why;
}

async function showCard() {
  try {
    find("card").innerHTML = await (await post("card")).text();
  } catch {
    // The card shows what it showed before.
  }
}

async function listModels() {
  const state = find("list-state");
  state.textContent = "Asking the server.";
  try {
    for await (const { models, problem } of lines(await post("models"))) {
      if (problem) state.textContent = problem;
      else offer(models);
    }
  } catch (error) {
    state.textContent = error.message;
  }
}

function offer(models) {
  const list = document.getElementById("model-names");
  list.replaceChildren(...models.map((name) => Object.assign(document.createElement("option"), { value: name })));
  find("list-state").textContent = models.length
    ? `${models.length} models: choose one in the field above, or go on typing.`
    : "The server offers no models. Type the name.";
  form.elements.model_name.focus();
}

async function test() {
  const [answer, state, button] = [find("answer"), find("test-state"), find("test")];
  for (const name of ["numbers", "checks"]) find(name).hidden = true;
  answer.textContent = "";
  answer.hidden = false;
  button.disabled = true;
  state.textContent = "Waiting for the first words.";
  try {
    for await (const event of lines(await post("test"))) {
      if (event.text) {
        state.textContent = "It answers.";
        answer.append(event.text);
        answer.scrollTop = answer.scrollHeight;
      }
      if (event.problem) fail(event.problem);
      if (event.result) show(event.result);
    }
  } catch (error) {
    fail(error.message);
  } finally {
    button.disabled = false;
  }
}

function fail(sentence) {
  find("test-state").textContent = sentence;
  find("answer").hidden = !find("answer").textContent;
}

function show(result) {
  find("test-state").textContent = result.is_good ? "It passed." : "It did not pass.";
  find("answer").hidden = !find("answer").textContent;
  find("checks").replaceChildren(...result.checks.map(line));
  find("checks").hidden = false;
  const known = NUMBERS.filter(([name]) => result[name] !== null);
  find("numbers").replaceChildren(...known.map(([name, label, words]) => number(label, words(result[name]))));
  find("numbers").hidden = !known.length;
}

function line({ name, verdict, sentence }) {
  const item = document.createElement("li");
  item.dataset.verdict = verdict;
  item.append(part("span", "mark", MARKS[verdict]), part("span", "about", name), part("span", "said", sentence));
  return item;
}

function number(label, value) {
  const item = document.createElement("div");
  item.append(part("dt", "", label), part("dd", "", value));
  return item;
}

function part(tag, name, text) {
  return Object.assign(document.createElement(tag), { className: name, textContent: text });
}

function seconds(value) {
  return `${(value / 1000).toFixed(2)} s`;
}

/** Events of a streamed answer, one line of JSON each. */
async function* lines(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const text of parts) yield JSON.parse(text);
  }
}
