/**
 * How deep the types of an update will lie in each other, before Yjs puts them there; what it nests it
 * also deletes and collects by recursion. Found without recursion, since that is what is at stake.
 */
import * as Y from "yjs";

/** As updates are decoded: items, what was collected, and gaps. */
export type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];

/** Of one update and the store of the document that it comes to. */
export class TypeLevels {
  readonly #store: Y.Doc["store"];
  /** By client. */
  readonly #structs = new Map<number, Struct[]>();
  readonly #known = new Map<Y.Item, number>();

  constructor(structs: readonly Struct[], store: Y.Doc["store"]) {
    this.#store = store;
    for (const struct of structs) {
      const before = this.#structs.get(struct.id.client);
      if (before === undefined) this.#structs.set(struct.id.client, [struct]);
      else before.push(struct);
    }
  }

  /**
   * In how many types an item of the update will lie; as far as is known, where what it builds on has not
   * come.
   */
  of(item: Y.Item): number {
    const path: { item: Y.Item; isInside: boolean }[] = [];
    let level = 0;
    for (let next: Y.Item | undefined = item; next !== undefined;) {
      const known = this.#known.get(next);
      level = known ?? 0;
      if (known !== undefined) break;
      this.#known.set(next, 0); // items that lie in each other are not followed for ever
      const { id, isInside } = foundation(next);
      path.push({ item: next, isInside });
      const own: Struct | undefined = id && this.#find(id);
      if (id !== undefined && own === undefined) level = storedLevel(this.#store, id);
      next = own instanceof Y.Item ? own : undefined;
    }
    for (const { item: one, isInside } of path.reverse()) {
      if (isInside) level++;
      this.#known.set(one, level);
    }
    return level;
  }

  /** By halves: the structs of a client are in the order of their clocks, without gaps. */
  #find({ client, clock }: Y.ID): Struct | undefined {
    const structs = this.#structs.get(client) ?? [];
    let [low, high] = [0, structs.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((structs[middle]?.id.clock ?? 0) <= clock) low = middle;
      else high = middle - 1;
    }
    const found = structs[low];
    const isIn = found && clock >= found.id.clock && clock < found.id.clock + found.length;
    return isIn ? found : undefined;
  }
}

/** What says where an item will lie: the type it is in, or else the item beside it. Neither = in a root. */
function foundation({ parent, origin, rightOrigin }: Y.Item): {
  id: Y.ID | undefined;
  isInside: boolean;
} {
  if (parent instanceof Y.ID) return { id: parent, isInside: true };
  return {
    id: parent === null ? (origin ?? rightOrigin ?? undefined) : undefined,
    isInside: false,
  };
}

/** In how many types an item of a document lies; 0 when it has not come. */
function storedLevel(store: Y.Doc["store"], id: Y.ID): number {
  if (id.clock >= Y.getState(store, id.client)) return 0;
  const structs = store.clients.get(id.client) ?? [];
  const struct = structs[Y.findIndexSS(structs, id.clock)];
  let level = 0;
  let type = struct instanceof Y.Item ? struct.parent : null;
  while (type instanceof Y.AbstractType && type._item !== null) {
    level++;
    type = type._item.parent;
  }
  return level;
}
