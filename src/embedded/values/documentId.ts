/**
 * Document ids: table number, 16 random bytes and a checksum, written in lower-case Crockford base32.
 * The alphabet ascends, so ids order as their bytes do and ids of one table have one length. Knows
 * nothing of which tables exist.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_BYTES = 16;
const CHECKSUM_BYTES = 2;
const MAX_TABLE_NUMBER_BYTES = 5;

const NO_DIGIT = 255;
/** By character code. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let digit = 0; digit < ALPHABET.length; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/**
 * @param tableNumber 1 .. 2^32 - 1
 * @param random 16 bytes
 */
export function encodeDocumentId(tableNumber: number, random: Uint8Array): string {
  const number = encodeTableNumber(tableNumber);
  const bodyLength = number.length + RANDOM_BYTES;
  const bytes = new Uint8Array(bodyLength + CHECKSUM_BYTES);
  bytes.set(number);
  bytes.set(random, number.length);
  const checksum = fletcher16(bytes, bodyLength);
  bytes[bodyLength] = checksum & 0xff;
  bytes[bodyLength + 1] = checksum >> 8;
  return toBase32(bytes);
}

/** The number of the id's table; null if the text is not an id. */
export function tableNumberOf(id: string): number | null {
  const length = fromBase32(id);
  const bodyLength = length - CHECKSUM_BYTES;
  if (length === 0) return null;
  const checksum = fletcher16(scratch, bodyLength);
  const isRight =
    scratch[bodyLength] === (checksum & 0xff) && scratch[bodyLength + 1] === checksum >> 8;
  return isRight ? decodeTableNumber([...scratch.subarray(0, bodyLength - RANDOM_BYTES)]) : null;
}

/** The id with the number of another table; null if the text is not an id. */
export function inOtherTable(id: string, tableNumber: number): string | null {
  if (tableNumberOf(id) === null) return null;
  const end = fromBase32(id) - CHECKSUM_BYTES;
  return encodeDocumentId(tableNumber, scratch.slice(end - RANDOM_BYTES, end));
}

/** Seven bits a byte, lowest first, the top bit saying that more follow. */
function encodeTableNumber(tableNumber: number): number[] {
  const bytes: number[] = [];
  let rest = tableNumber;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

function decodeTableNumber(bytes: readonly number[]): number | null {
  let tableNumber = 0;
  for (const byte of bytes.toReversed()) tableNumber = tableNumber * 0x80 + (byte & 0x7f);
  const again = tableNumber === 0 ? [] : encodeTableNumber(tableNumber); // refuses other spellings
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i])
    ? tableNumber
    : null;
}

function fletcher16(bytes: ArrayLike<number>, length: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    low = (low + (bytes[i] ?? 0)) % 255;
    high = (high + low) % 255;
  }
  return high * 256 + low;
}

function toBase32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer & 0x1f) << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(buffer >> (bits - 5)) & 0x1f] ?? "";
  }
  return bits === 0 ? text : text + (ALPHABET[(buffer << (5 - bits)) & 0x1f] ?? "");
}

/** What the last `fromBase32` read. Ids are checked so often that arrays of their own would cost. */
const scratch = new Uint8Array(MAX_TABLE_NUMBER_BYTES + RANDOM_BYTES + CHECKSUM_BYTES);

/** Reads into `scratch`; returns how many bytes, 0 if the text cannot be an id. */
function fromBase32(text: string): number {
  const count = Math.floor((text.length * 5) / 8);
  if (count <= RANDOM_BYTES + CHECKSUM_BYTES || count > scratch.length) return 0;
  if (text.length !== Math.ceil((count * 8) / 5)) return 0;
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = DIGITS[text.charCodeAt(i)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return 0;
    buffer = ((buffer & 0xff) << 5) | digit;
    bits += 5;
    if (bits >= 8) scratch[length++] = (buffer >> (bits -= 8)) & 0xff;
  }
  const trailing = buffer & ((1 << bits) - 1);
  return trailing === 0 ? length : 0;
}
