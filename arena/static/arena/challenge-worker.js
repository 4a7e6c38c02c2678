// Looks for the number whose hash behind the salt is the challenge. The widget starts some of these, each for a part of
// the numbers: its own worker comes from a blob, which our security policy refuses.
const encoder = new TextEncoder();
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
let isEnded = false;

async function solve({ algorithm, challenge, salt }, start, max) {
  const began = performance.now();
  for (let number = start; number <= max && !isEnded; number += 1) {
    if (hex(await crypto.subtle.digest(algorithm, encoder.encode(salt + number))) === challenge) {
      return { number, took: Math.round(performance.now() - began), worker: true };
    }
  }
  return null;
}

addEventListener("message", async ({ data }) => {
  if (data.type === "abort") isEnded = true;
  if (data.type === "work") postMessage(await solve(data.payload, data.start, data.max));
});
