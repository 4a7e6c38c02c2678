// Was the pair that is revealed the one that was sealed? SHA-256, computed in this browser.

import { word } from "./page.js";

const BATTLE_PREFIX = 0x02;

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function withLength(slug) {
  const bytes = new TextEncoder().encode(slug);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
}

/** Lower-case hex of SHA-256(02 | battle, 16 bytes | length | slug of A | length | slug of B | nonce). */
async function commitment({ battle, a, b, nonce }) {
  const bytes = [BATTLE_PREFIX, ...fromHex(battle.replaceAll("-", "")), ...withLength(a), ...withLength(b), ...fromHex(nonce)];
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes))));
}

/** Check the seal of a revealed battle and say what came out. seen: the hash this browser was shown before the vote. */
export async function checkSeal(main, seen) {
  const seal = main.querySelector("#seal");
  const state = seal?.querySelector(".seal-state");
  if (!state) return;
  if (!globalThis.crypto?.subtle) {
    state.textContent = word("sealUnchecked");
    seal.querySelector(".seal-reason").textContent = word("sealNoFunction");
    return;
  }
  const isWhole = await commitment(seal.dataset) === seal.dataset.commitment;
  const isSame = !seen || seen === seal.dataset.commitment;
  state.textContent = word(isWhole && isSame ? "sealChecked" : "sealBroken");
  seal.querySelector(".seal-reason").textContent = word(isWhole && isSame ? "sealAgrees" : "sealDiffers");
  state.classList.add(isWhole && isSame ? "seal-ok" : "seal-bad");
}
