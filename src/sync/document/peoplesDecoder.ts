/**
 * How what people send is read: like any update in Yjs' first encoding, but for two things that no stock
 * client writes and Yjs takes in. Content of no length: once its place is taken by something else Yjs
 * fails, in the midst of its tidying up, and no document can be made of what it leaves, so the board would
 * be lost for good. And subdocuments by the thousand: ten bytes make one, which takes 4 KiB (measured).
 */
import * as Y from "yjs";

/** On one board; a subdocument is an editor of its own, of which a page has a few. */
export const MAX_SUBDOCUMENTS = 1_000;

/** In the first byte of a struct. */
const CONTENT_BITS = 0b11111;
const HAS_KEY = 0b100000;
const NEIGHBOUR_BITS = 0b11000000;
/** Numbers that Yjs gives to contents. */
const [TEXT, SUBDOCUMENT] = [4, 9];

export class PeoplesDecoder extends Y.UpdateDecoderV1 {
  /** Of the struct that is being read. */
  #content = 0;
  /** Strings of the struct that come before its content: the name of its root, its key. */
  #names = 0;
  #subdocuments = 0;

  override readInfo(): number {
    const info = super.readInfo();
    this.#content = info & CONTENT_BITS;
    this.#names = (info & NEIGHBOUR_BITS) === 0 && (info & HAS_KEY) !== 0 ? 1 : 0;
    if (this.#content === SUBDOCUMENT && ++this.#subdocuments > MAX_SUBDOCUMENTS) {
      throw new RangeError("more subdocuments than a board takes");
    }
    return info;
  }

  override readParentInfo(): boolean {
    const isRoot = super.readParentInfo();
    if (isRoot) this.#names++;
    return isRoot;
  }

  override readString(): string {
    const text = super.readString();
    if (this.#names > 0) this.#names--;
    else if (text === "" && this.#content === TEXT) throw new RangeError("a text of no length");
    return text;
  }

  override readLen(): number {
    const length = super.readLen();
    if (length === 0) throw new RangeError("content of no length");
    return length;
  }
}
