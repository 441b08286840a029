/** Mistakes in how companions share a board; only boards with several of them can tell. */
import type { PlantedBug } from "./plantedBug.ts";

export const PLANTED_RELAY_BUGS: readonly PlantedBug[] = [
  {
    title: "a companion saves without asking for the lease",
    edits: [
      {
        file: "saving/boardKeeping.ts",
        find: "return (await this.#deps.peers?.lease()) ?? true;",
        replace: "return true;",
      },
    ],
  },
  {
    title: "a saver that was refused takes the board back without the lease",
    edits: [
      {
        file: "saving/boardArchive.ts",
        find: 'if (appErrorDataOf(error)?.code === "CONFLICT") this.#token = null;\n      throw error;',
        replace:
          'if (appErrorDataOf(error)?.code !== "CONFLICT" || this.#token === null) throw error;\n      this.#token = null;\n      return await write();',
      },
    ],
  },
  {
    title: "a drained room gives its lease to nobody",
    edits: [
      {
        file: "boardRoom.ts",
        find: "this.#peers?.release(); // whoever",
        replace: "// whoever",
      },
      {
        file: "boardRoom.ts",
        find: "this.#peers?.close(); // the others",
        replace: "// the others",
      },
    ],
  },
  {
    title: "what was said during a cut is not asked for after it",
    edits: [
      {
        file: "peers/boardPeers.ts",
        find: "        this.#introduce();\n        this.#desk.reread();",
        replace: "        this.#desk.isSaved();",
      },
    ],
  },
  {
    title: "a gap in what others tell is not noticed",
    edits: [
      {
        file: "peers/boardPeers.ts",
        find: "number === heard + 1 && this.#desk.merge(update, told, false)",
        replace: "this.#desk.merge(update, told, false)",
      },
      {
        file: "peers/boardPeers.ts",
        find: "      this.#vectors.hear(told);\n      this.#credit(credits, told);\n    } else this.#ask(peer);\n",
        replace: "    }\n    this.#vectors.hear(told);\n",
      },
    ],
  },
  {
    title: "a companion that was told everything forgets its vector",
    edits: [
      {
        file: "peers/boardPeers.ts",
        find: "      this.#vectors.hear(vector);\n",
        replace: "      this.#vectors.hearOnly(vector);\n",
      },
      {
        file: "peers/roomVectors.ts",
        find: "  hear(told: RelayVector): void {\n",
        replace:
          "  hearOnly(told: RelayVector): void {\n    this.#heard = told;\n  }\n\n  hear(told: RelayVector): void {\n",
      },
    ],
  },
  {
    title: "what another companion told is left for it to save",
    edits: [
      {
        file: "boardRoom.ts",
        find: "if (!isSaved) this.#keeping.add(change, told);",
        replace: "if (!isSaved && !isPeers) this.#keeping.add(change, told);",
      },
    ],
  },
  {
    title: "one change that is known to be saved speaks for those before it",
    edits: [
      {
        file: "peers/roomVectors.ts",
        find: "if (!this.#isAllSaved() && (this.#saved.get(this.#voice) ?? 0) < number - 1) return;",
        replace: "",
      },
    ],
  },
  {
    title: "whatever others have saved is taken for all there is",
    edits: [
      {
        file: "saving/boardSaver.ts",
        find: "told === undefined || !covers(saved, told)",
        replace: "told === undefined || saved.size === 0",
      },
    ],
  },
  {
    title: "a version names only the people of the companion that takes it",
    edits: [
      {
        file: "peers/boardPeers.ts",
        find: "if (credits.length > 0 && !this.#vectors.kept.has(told)) this.#history.credit(credits, told);",
        replace: "",
      },
    ],
  },
  {
    title: "what another companion has kept counts for the next version, too",
    edits: [
      {
        file: "history/boardHistory.ts",
        find: "for (const ledger of [this.#ledger, ...this.#taken]) ledger.forget(kept);",
        replace: "",
      },
    ],
  },
  {
    title: "the people of a companion that died stay",
    edits: [
      {
        file: "peers/boardPeers.ts",
        find: "if (peer !== undefined) this.#desk.presence.hearPeer(peer, [], true);",
        replace: "",
      },
    ],
  },
  {
    title:
      "what the tutor drew may be changed while it is not saved and the others cannot be heard",
    edits: [
      {
        file: "document/boardDocument.ts",
        find: "const verdict = judgeChange(",
        replace:
          'const verdict: Verdict = (this as any).isFresh?.(key) ? { kind: "allowed" } : judgeChange(',
      },
      {
        file: "boardRoom.ts",
        find: "    const ops = this.#document.draw(plan, this.#deps.clock.now());\n",
        replace:
          '    const ops = this.#document.draw(plan, this.#deps.clock.now());\n    const fresh = ((this as any).fresh ??= new Set()); for (const op of ops) if (op.type === "add") fresh.add(op.object.id);\n    (this.#document as any).isFresh = (key: string) => fresh.has(key) && this.#peers?.isOpen === false;\n',
      },
      {
        file: "boardRoom.ts",
        find: "      peers: this.#peers,\n",
        replace:
          "      peers: this.#peers,\n      onSaved: () => { (this as any).fresh?.clear(); this.#deps.onSaved(); },\n",
      },
    ],
  },
];
