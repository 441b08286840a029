/** Mistakes that a change of the boards' code could make; the simulation must tell of each. */
import type { PlantedBug } from "./plantedBug.ts";
import { PLANTED_RELAY_BUGS } from "./plantedRelayBugs.ts";

/** Content of no length is, on which Yjs breaks. */
const TAKES_NOTHING_IN: PlantedBug["edits"] = [
  {
    file: "document/peoplesDecoder.ts",
    find: 'else if (text === "" && this.#content === TEXT)',
    replace: "else if (this.#content === -1)",
  },
  { file: "document/peoplesDecoder.ts", find: "if (length === 0)", replace: "if (length < 0)" },
];

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    title: "a forged update is dropped instead of applied and undone",
    edits: [
      {
        file: "boardReception.ts",
        find: "this.#inbox.push({ writer: connection, update });",
        replace:
          'if (!Buffer.from(update).includes("forged")) this.#inbox.push({ writer: connection, update });',
      },
    ],
  },
  {
    title: "a refused change is told but not undone",
    edits: [
      {
        file: "document/guardedMap.ts",
        find: "        this.put(key, before);",
        replace: "",
      },
    ],
  },
  {
    title: "a new object may be marked as the tutor's",
    edits: [
      {
        file: "document/boardRights.ts",
        find: "isTutorsOwn?.() === true ? ALLOWED : refuse(FORGED_SOURCE)",
        replace: "ALLOWED",
      },
    ],
  },
  {
    title: "what the tutor drew is taken for forged by a room that has not heard of it",
    edits: [
      {
        file: "document/boardRights.ts",
        find: "isTutorsOwn?.() === true ? ALLOWED : refuse(FORGED_SOURCE)",
        replace: "refuse(FORGED_SOURCE)",
      },
    ],
  },
  {
    title: "a seal of the tutor's is good for anything",
    edits: [
      {
        file: "document/tutorSeal.ts",
        find: "return claimed.byteLength === right.byteLength && timingSafeEqual(claimed, right);",
        replace:
          "return claimed.byteLength === right.byteLength && timingSafeEqual(claimed, claimed);",
      },
    ],
  },
  {
    title: "the tutor's objects may be deleted by those who may not change them",
    edits: [
      {
        file: "document/boardRights.ts",
        find: "if (bar !== undefined) return refuse(bar);",
        replace:
          "if (bar !== undefined && !(after === undefined && maker?.isAssistant)) return refuse(bar);",
      },
    ],
  },
  {
    title: "what others drew may be changed whatever the setting says",
    edits: [
      {
        file: "document/boardRights.ts",
        find: "if (bar !== undefined) return refuse(bar);",
        replace: "if (bar !== undefined && maker?.isAssistant) return refuse(bar);",
      },
    ],
  },
  {
    title: "a new object keeps the name of somebody else",
    edits: [
      {
        file: "document/boardRights.ts",
        find: 'return { kind: "corrected", value: { ...object, metadata } };',
        replace: "return ALLOWED;",
      },
    ],
  },
  {
    title: "a new object with the name of somebody else is refused, also when it is brought back",
    edits: [
      {
        file: "document/boardRights.ts",
        find: 'return { kind: "corrected", value: { ...object, metadata } };',
        replace: "return refuse(FORGED_AUTHOR);",
      },
    ],
  },
  {
    title: "a name is taken off on the server's list, not on the board",
    edits: [
      {
        file: "document/guardedMap.ts",
        find: "this.put(key, verdict.value);",
        replace: "this.#keep(key, verdict.value);",
      },
    ],
  },
  {
    title: "rights are those of the moment when the socket was opened",
    edits: [
      {
        file: "boardConnection.ts",
        find: "    return this.#watch.current();",
        replace: "    return (this.#desk as any)[this as any] ??= this.#watch.current();",
      },
    ],
  },
  {
    title: "an observer's update is applied",
    edits: [
      {
        file: "boardReception.ts",
        find: 'if (writer.principal().role !== "observer") return true;',
        replace: "if (writer !== undefined) return true;",
      },
    ],
  },
  {
    title: "a promoted observer does not resync",
    edits: [
      {
        file: "boardConnection.ts",
        find: 'if (this.mayWrite && !couldWrite) this.close("resync");',
        replace: 'if (couldWrite === undefined) this.close("resync");',
      },
    ],
  },
  {
    title: "answers are remembered beyond a change of the board",
    edits: [{ file: "syncReplies.ts", find: "this.#replies = undefined;", replace: "" }],
  },
  {
    title: "a large board ends after its first piece",
    edits: [{ file: "boardConnection.ts", find: "lacks = next;", replace: "lacks = undefined;" }],
  },
  {
    title: "a reader that was behind gets only what comes next",
    edits: [
      {
        file: "boardConnection.ts",
        find: "this.#sendFrom(stall.stateVector);",
        replace: "",
      },
    ],
  },
  {
    title: "a reader that was behind is not told who has left",
    edits: [
      {
        file: "presence/roomPresence.ts",
        find: "this.#presence.since(departures)",
        replace: "this.#presence.since(this.departures + 0 * departures)",
      },
    ],
  },
  {
    title: "a late echo brings back who has left",
    edits: [
      {
        file: "presence/presence.ts",
        find: "departedClock !== undefined && entry.clock <= departedClock",
        replace: "departedClock !== undefined && entry.clock < 0",
      },
    ],
  },
  {
    title: "an append that failed is forgotten",
    edits: [
      {
        file: "saving/boardSaver.ts",
        find: "this.#noteFailure(error);\n      return;",
        replace:
          "this.#noteFailure(error);\n      this.#unsaved = this.#unsaved.filter((one) => !batch.includes(one));\n      return;",
      },
    ],
  },
  {
    title: "a drain does not wait for what is unsaved",
    edits: [
      {
        file: "saving/boardSaver.ts",
        find: "    this.#isClosing = true;\n",
        replace: "    this.#isClosing = true;\n    this.#unsaved = [];\n",
      },
    ],
  },
  {
    title: "a snapshot lacks what has just been written",
    edits: [
      {
        file: "saving/boardKeeping.ts",
        find: "  async append(update: Uint8Array): Promise<void> {\n",
        replace:
          "  async append(update: Uint8Array): Promise<void> {\n    const self = this as any; self.older = self.newer; self.newer = self.#deps.encode();\n",
      },
      {
        file: "saving/boardKeeping.ts",
        find: "const snapshot = this.#deps.encode();",
        replace: "const snapshot = (this as any).older ?? this.#deps.encode();",
      },
    ],
  },
  {
    title: "marks are taken off the server's list, not off the board",
    edits: [
      {
        file: "document/boardDocument.ts",
        find: "for (const key of keys) this.#ephemeral.put(key, undefined);",
        replace: "for (const key of keys) (this.#ephemeral.accepted as any).delete(key);",
      },
    ],
  },
  {
    title: "what the store kept is not known as accepted",
    edits: [
      {
        file: "document/boardDocument.ts",
        find: "for (const key of map.shared.keys()) map.accept(key);",
        replace: "",
      },
    ],
  },
  {
    title: "a restore takes away what was drawn since its picture was taken",
    edits: [
      {
        file: "history/boardVersions.ts",
        find: "document.restore(former.objects, this.#changedKeys, userId, roots)",
        replace: "document.restore(former.objects, new Set(), userId, roots)",
      },
    ],
  },
  {
    title: "a restore is shown to nobody else",
    edits: [
      {
        file: "boardRoom.ts",
        find: "    this.#connections.send(encodeUpdateMessage(update), people?.author);",
        replace:
          '    if (origin !== "restore") this.#connections.send(encodeUpdateMessage(update), people?.author);',
      },
    ],
  },
  {
    title: "what breaks a board ends the process",
    edits: [
      ...TAKES_NOTHING_IN,
      {
        file: "document/boardTransactions.ts",
        find: "      this.#onBroken(error, origin);\n      return undefined;",
        replace: "      throw error;",
      },
    ],
  },
  {
    title: "a board that broke goes on with what is left of it",
    edits: [
      ...TAKES_NOTHING_IN,
      {
        file: "document/boardTransactions.ts",
        find: "      this.#isBroken = true;\n      this.#onBroken(error, origin);\n",
        replace: "",
      },
    ],
  },
  ...PLANTED_RELAY_BUGS,
];

/** Mistakes that something else makes up for: nothing goes wrong. */
export const SURVIVED_BUGS: readonly PlantedBug[] = [
  { title: "content of no length is taken in", edits: TAKES_NOTHING_IN },
];
