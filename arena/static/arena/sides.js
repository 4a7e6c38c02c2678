// On a narrow screen the answers stand one below the other: the switch jumps to where each was left.

const narrow = matchMedia("(max-width: 56.24rem)");

export function connectSwitch(main) {
  const links = [...main.querySelectorAll(".switch a")];
  const answers = links.map((link) => main.querySelector(link.hash));
  if (!links.length || answers.includes(null)) return;
  const left = [0, 0];
  const top = (k) => answers[k].getBoundingClientRect().top + scrollY - main.querySelector(".switch").offsetHeight;
  const current = () => (scrollY + innerHeight / 3 < top(1) ? 0 : 1);

  const mark = () => {
    if (!main.isConnected) {
      removeEventListener("scroll", mark);
      return;
    }
    const now = current();
    left[now] = Math.max(0, scrollY - top(now));
    links.forEach((link, k) => (k === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  links.forEach((link, k) => link.addEventListener("click", (event) => {
    if (!narrow.matches) return;
    event.preventDefault();
    scrollTo({ top: top(k) + (k === current() ? 0 : left[k]) });
  }));
  addEventListener("scroll", mark, { passive: true });
  mark();
}
