import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { loadKeyRing, makeKeyFile, saveKeyRing } from "./keyFile.ts";
import { jwksDataUri, makeKeyRing, parseKeyRing, publicJwks, rotateKeyRing } from "./keyRing.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lectern-keys-"));
  folders.push(folder);
  return folder;
}

it("[ID2] a retired key loses its private half at once and its trust a day later", () => {
  const first = makeKeyRing();
  const second = rotateKeyRing(first, 0);
  expect(second.retired[0]?.jwk).not.toHaveProperty("d");
  const kids = (now: number) => publicJwks(second, now).keys.map((key) => key["kid"]);
  expect(kids(DAY_MS - 1)).toEqual([second.signing.kid, first.signing.kid]);
  expect(kids(DAY_MS)).toEqual([second.signing.kid]);
  expect(rotateKeyRing(second, DAY_MS).retired.map(({ kid }) => kid)).toEqual([second.signing.kid]);
});

it("[ID2] the published keys hold no private part, as a list and as a data: address", () => {
  const ring = makeKeyRing();
  const jwks = publicJwks(ring, 0);
  for (const key of jwks.keys) expect(key).not.toHaveProperty("d");
  const base64 = jwksDataUri(jwks).split(",")[1] ?? "";
  expect(JSON.parse(Buffer.from(base64, "base64").toString())).toEqual(jwks);
});

it("[ID4] keys are made once, at the first start, and only their owner can read them", () => {
  const dataDir = join(temporaryFolder(), "deep", "down");
  const first = loadKeyRing({ keys: undefined, dataDir });
  expect(statSync(join(dataDir, "keys.json")).mode & 0o777).toBe(0o600);
  expect(loadKeyRing({ keys: undefined, dataDir })).toEqual(first);
});

it("[ID4] several companions share keys by a variable or by a file that it names", () => {
  const dataDir = temporaryFolder();
  const ring = makeKeyRing();
  expect(loadKeyRing({ keys: JSON.stringify(ring), dataDir })).toEqual(ring);
  const path = join(dataDir, "shared.json");
  writeFileSync(path, JSON.stringify(ring));
  expect(loadKeyRing({ keys: path, dataDir })).toEqual(ring);
  const missing = { keys: join(dataDir, "none"), dataDir };
  expect(() => loadKeyRing(missing)).toThrow(/LECTERN_KEYS names/);
  makeKeyFile(missing.keys);
  expect(loadKeyRing(missing).issuer).toMatch(/^https:/);
  expect(() => makeKeyFile(missing.keys)).toThrow(/already/);
});

it("[ID4] a saved rotation replaces the file and keeps its mode", () => {
  const dataDir = temporaryFolder();
  const ring = loadKeyRing({ keys: undefined, dataDir });
  const rotated = rotateKeyRing(ring, 5);
  saveKeyRing(join(dataDir, "keys.json"), rotated);
  expect(loadKeyRing({ keys: undefined, dataDir })).toEqual(rotated);
  expect(statSync(join(dataDir, "keys.json")).mode & 0o777).toBe(0o600);
});

it.each(["{", "[]", "{}", '{"issuer":"x"}', "null"])(
  "[ID4] damaged keys (%s) are told with the file's name and without their text",
  (text) => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, "keys.json"), text);
    expect(() => loadKeyRing({ keys: undefined, dataDir })).toThrow(join(dataDir, "keys.json"));
  },
);

it("[ID4] a damaged key's private part is in no message", () => {
  const ring = makeKeyRing();
  const secret = ring.signing.jwk.d;
  const cut = JSON.stringify(ring).slice(0, -5);
  const noCurve = JSON.stringify({ ...ring, signing: { ...ring.signing, kid: 7 } });
  const offCurve = JSON.stringify(ring).replace(ring.signing.jwk.x, ring.signing.jwk.y);
  for (const text of [cut, noCurve, offCurve]) {
    const message = (() => {
      try {
        parseKeyRing(text);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    expect(message).not.toBe("");
    expect(message).not.toContain(secret);
  }
});

it("[ID4] a file that cannot be read is named", () => {
  const dataDir = temporaryFolder();
  expect(() => loadKeyRing({ keys: dataDir, dataDir })).toThrow(`the keys in ${dataDir}`);
});
