/**
 * Randomness for one execution: a keyed stream that gives the same numbers for the same seed, so that
 * a query or mutation that runs again takes the same path, and that nobody can predict without the
 * seed, since functions make tokens from it.
 */
import { createCipheriv } from "node:crypto";
import type { Cipheriv } from "node:crypto";

const SEED_BYTES = 16;
const BLOCK_BYTES = 512;

export class RandomSource {
  readonly #seed: Uint8Array;
  #cipher: Cipheriv | undefined;
  #block: Buffer = Buffer.alloc(0);
  #offset = 0;

  /** @param seed 16 bytes */
  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  /** [0, 1), with 53 random bits. */
  next(): number {
    if (this.#block.length - this.#offset < 8) this.#refill();
    const high = this.#block.readUInt32LE(this.#offset) >>> 5;
    const low = this.#block.readUInt32LE(this.#offset + 4) >>> 6;
    this.#offset += 8;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  fill(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      if (this.#offset >= this.#block.length) this.#refill();
      const count = Math.min(bytes.length - done, this.#block.length - this.#offset);
      bytes.set(this.#block.subarray(this.#offset, this.#offset + count), done);
      this.#offset += count;
      done += count;
    }
  }

  #refill(): void {
    // Most executions ask for nothing: the cipher is made with the first number.
    this.#cipher ??= createCipheriv("aes-128-ctr", this.#seed, Buffer.alloc(SEED_BYTES));
    this.#block = this.#cipher.update(Buffer.alloc(BLOCK_BYTES));
    this.#offset = 0;
  }
}
