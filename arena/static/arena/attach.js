// How does a picture come to a prompt that is being typed? Chosen, pasted or dropped; sent at once; shown as it was kept.
// The server answers with the page of the form; the part with the pictures takes the place of the present one.

import { fetchPage } from "./page.js";

const PICTURE = "input[type=file][name=picture]";
let isBusy = false;

const part = () => document.querySelector("#attach");
const news = (text) => { document.querySelector(".attach-news").textContent = text; };

/** Add the pictures of a list of files, one after the other. */
async function add(files) {
  for (const file of files) {
    const input = part().querySelector(PICTURE);
    if (!input) return;
    if (file.size > Number(input.dataset.maxBytes)) {
      complain(part().dataset.tooLarge);
      return;
    }
    if (!await send(input.form, { attach: "1", picture: file }, part().dataset.adding)) return;
  }
}

/** Let the server keep or drop a picture; whether it did without complaint. */
async function send(form, more, doing) {
  if (isBusy) return false;
  isBusy = true;
  news(doing);
  try {
    const fields = new FormData(form);
    ["prompt", "picture"].forEach((name) => fields.delete(name));
    Object.entries(more).forEach(([name, value]) => fields.set(name, value));
    const { response, page } = await fetchPage(location.href, { method: "POST", body: fields });
    const incoming = page.querySelector("#attach");
    if (!incoming) {
      complain(page.querySelector("main p")?.textContent.trim() || part().dataset.failed);
      return false;
    }
    part().replaceWith(document.importNode(incoming, true));
    return response.ok;
  } catch {
    complain(part().dataset.failed);
    return false;
  } finally {
    news("");
    isBusy = false;
    (part().querySelector(PICTURE) ?? part().querySelector("[name=remove]"))?.focus();
  }
}

function complain(sentence) {
  part().querySelectorAll(".problem").forEach((line) => line.remove());
  const line = document.createElement("p");
  line.className = "problem";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  part().querySelector("legend").after(line);
  part().querySelector(PICTURE).value = "";
}

const pictures = (transfer) => [...transfer?.files ?? []].filter((file) => file.type.startsWith("image/"));

document.addEventListener("change", (event) => {
  if (event.target.matches(PICTURE)) add([...event.target.files]);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#attach button[name=remove]");
  if (!button) return;
  event.preventDefault();
  send(button.form, { remove: button.value }, part().dataset.removing);
});
document.addEventListener("paste", (event) => {
  const found = pictures(event.clipboardData);
  if (!event.target.closest("textarea[name=prompt]") || !found.length) return;
  event.preventDefault();
  add(found);
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.closest?.("#attach, textarea[name=prompt]") || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    if (kind === "drop") add(pictures(event.dataTransfer));
  });
}
