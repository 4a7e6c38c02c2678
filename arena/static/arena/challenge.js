// Goes on by itself once the widget has solved its task; the button does the same for whoever is faster.
const form = document.getElementById("challenge");
const widget = form.querySelector("altcha-widget");
const news = form.querySelector(".news");

widget.addEventListener("statechange", (event) => {
  if (event.detail.state !== "verified") return;
  news.textContent = news.dataset.solved;
  // The widget writes its hidden field right after it has told its state.
  setTimeout(() => form.requestSubmit(), 0);
});
