/**
 * Half-open key intervals with tokens, found by a key they hold: a treap ordered by (start, end) in
 * which every node knows the largest end below it. Equal intervals share a node. Adding, removing and
 * each hit of a search take logarithmic time on average.
 */
import type { Key } from "../values/keyEncoding.ts";
import { Few } from "./few.ts";

interface Node<T> {
  readonly start: Key;
  readonly end: Key;
  readonly priority: number;
  readonly tokens: Few<T>;
  maxEnd: Key;
  left: Node<T> | null;
  right: Node<T> | null;
}

export class IntervalTree<T> {
  #root: Node<T> | null = null;

  isEmpty(): boolean {
    return this.#root === null;
  }

  /** Idempotent. `start` is inside, `end` is not. */
  add(start: Key, end: Key, token: T): void {
    this.#root = insert(this.#root, start, end, token);
  }

  remove(start: Key, end: Key, token: T): void {
    this.#root = remove(this.#root, start, end, token);
  }

  /** Adds to `into` the tokens of every interval that holds the key. */
  collect(key: Key, into: Set<T>): void {
    collect(this.#root, key, into);
  }
}

function collect<T>(node: Node<T> | null, key: Key, into: Set<T>): void {
  if (node === null || node.maxEnd <= key) return;
  collect(node.left, key, into);
  if (key < node.start) return; // everything to the right starts later still
  if (key < node.end) for (const token of node.tokens) into.add(token);
  collect(node.right, key, into);
}

/** An integer of 30 bits, which lies in the node; a fraction would lie beside it. */
const randomPriority = () => Math.floor(Math.random() * 2 ** 30);

function compare<T>(start: Key, end: Key, node: Node<T>): number {
  if (start !== node.start) return start < node.start ? -1 : 1;
  if (end !== node.end) return end < node.end ? -1 : 1;
  return 0;
}

function insert<T>(node: Node<T> | null, start: Key, end: Key, token: T): Node<T> {
  if (node === null) {
    const [tokens, priority] = [new Few(token), randomPriority()];
    return { start, end, priority, tokens, maxEnd: end, left: null, right: null };
  }
  const order = compare(start, end, node);
  if (order === 0) {
    node.tokens.add(token);
    return node;
  }
  if (order < 0) {
    node.left = insert(node.left, start, end, token);
    if (node.left.priority > node.priority) return rotateRight(node, node.left);
  } else {
    node.right = insert(node.right, start, end, token);
    if (node.right.priority > node.priority) return rotateLeft(node, node.right);
  }
  return refresh(node);
}

function remove<T>(node: Node<T> | null, start: Key, end: Key, token: T): Node<T> | null {
  if (node === null) return null;
  const order = compare(start, end, node);
  if (order === 0) {
    node.tokens.delete(token);
    return node.tokens.size > 0 ? node : merge(node.left, node.right);
  }
  if (order < 0) node.left = remove(node.left, start, end, token);
  else node.right = remove(node.right, start, end, token);
  return refresh(node);
}

/** Every interval of `left` comes before every one of `right`. */
function merge<T>(left: Node<T> | null, right: Node<T> | null): Node<T> | null {
  if (left === null) return right;
  if (right === null) return left;
  if (left.priority > right.priority) {
    left.right = merge(left.right, right);
    return refresh(left);
  }
  right.left = merge(left, right.left);
  return refresh(right);
}

function rotateRight<T>(node: Node<T>, left: Node<T>): Node<T> {
  node.left = left.right;
  left.right = refresh(node);
  return refresh(left);
}

function rotateLeft<T>(node: Node<T>, right: Node<T>): Node<T> {
  node.right = right.left;
  right.left = refresh(node);
  return refresh(right);
}

function refresh<T>(node: Node<T>): Node<T> {
  node.maxEnd = node.end;
  if (node.left !== null && node.left.maxEnd > node.maxEnd) node.maxEnd = node.left.maxEnd;
  if (node.right !== null && node.right.maxEnd > node.maxEnd) node.maxEnd = node.right.maxEnd;
  return node;
}
