import { expect, it } from "vitest";
import { createPasswords } from "./passwords.ts";

it("[ID6] a password matches its own hash alone, and the hash carries its parameters", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("correct horse");
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  expect(await passwords.verify("correct horse", stored)).toBe(true);
  expect(await passwords.verify("correct horsf", stored)).toBe(false);
  expect(await passwords.hash("correct horse")).not.toBe(stored); // salted
});

it("[ID6] a hash with other parameters can still be checked", async () => {
  // scrypt("pleaseletmein", salt "0123456789abcdef", N=1024, r=8, p=1, 32 bytes), made by OpenSSL
  const { scryptSync } = await import("node:crypto");
  const salt = Buffer.from("0123456789abcdef");
  const key = scryptSync("pleaseletmein", salt, 32, { N: 1024, r: 8, p: 1 });
  const stored = `$scrypt$ln=10,r=8,p=1$${salt.toString("base64url")}$${key.toString("base64url")}`;
  expect(await createPasswords().verify("pleaseletmein", stored)).toBe(true);
});

it("[ID6] an account that does not exist is refused after the same work", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("something else");
  const cpuOf = async (hash: string | null) => {
    const before = process.cpuUsage();
    expect(await passwords.verify("guess", hash)).toBe(false);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const ratio = (await cpuOf(null)) / (await cpuOf(stored));
  expect(ratio).toBeGreaterThan(0.3); // without the dummy hash it is under a hundredth
});

it("[ID6] composed and decomposed letters are the same password", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("caf\u00e9 au lait");
  expect(await passwords.verify("cafe\u0301 au lait", stored)).toBe(true);
});

it("[ID6] a flood of sign-ins is refused in part, not queued without end", async () => {
  const passwords = createPasswords();
  const tries = Array.from({ length: 80 }, () => passwords.verify("x", "damaged"));
  const codes = (await Promise.allSettled(tries)).map((result) =>
    result.status === "rejected"
      ? String((result.reason as { data?: { code: string } }).data?.code)
      : "",
  );
  expect(codes.filter((code) => code === "LIMIT_EXCEEDED")).toHaveLength(80 - 2 - 64);
});
