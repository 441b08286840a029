/** Bugs to plant in an engine, to see that a history tells of each. */
import { setTimeout as sleep } from "node:timers/promises";

import { ReadSet } from "../../../src/embedded/transaction/readSet.ts";
import type { MutationCall, QueryCall } from "../../../src/embedded/functions/functionCall.ts";
import type { Database } from "../../../src/embedded/store/database.ts";
import { ConflictError } from "../../../src/embedded/store/databaseError.ts";
import type { AnomalyKind } from "./checkHistory.ts";
import type { Plant } from "./plantedEngine.ts";

type PlantedBug = {
  /** The rule that it breaks, as a sentence. */
  title: string;
  plant: Plant;
  /** What a checker may call it. */
  shownAs: readonly AnomalyKind[];
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    title: "a commit is not checked against what was read",
    plant: { database: (database) => wrapped(database, { commit: uncheckedCommit(database) }) },
    shownAs: ["lost", "order", "cycle", "total"],
  },
  {
    title: "a mutation is answered before it is on disk",
    plant: { database: (database) => wrapped(database, { commit: hastyCommit(database) }) },
    shownAs: ["cycle"],
  },
  {
    title: "the outcome of a mutation is not remembered for a repeat",
    plant: {
      runner: (runner) => ({
        ...runner,
        runMutation: ({ sessionRequest: _, ...call }) => runner.runMutation(call),
      }),
    },
    shownAs: ["duplicate"],
  },
  {
    title: "subscriptions miss a range of keys",
    plant: {
      live: (deps) => ({
        ...deps,
        onCommit: (listener) =>
          deps.onCommit(({ ts, writes }) =>
            listener({ ts, writes: writes.filter(({ key }) => !key.includes("rows")) }),
          ),
      }),
    },
    shownAs: ["stuck", "cycle"],
  },
  {
    title: "the queries of one Transition run at different times",
    plant: {
      live: (deps) => ({
        ...deps,
        async runQuery({ ts: _, ...call }) {
          if (call.path.includes("balance") && Math.random() < 0.5) await sleep(LATE_MS);
          return await deps.runQuery(call);
        },
      }),
    },
    shownAs: ["total", "cycle", "flicker", "order"],
  },
  {
    title: "queries read one commit too old",
    plant: {
      live: (deps) => {
        const commits: number[] = [];
        deps.onCommit(({ ts }) => commits.push(ts));
        const before = (ts: number): number => commits.findLast((commit) => commit < ts) ?? ts;
        return {
          ...deps,
          runQuery: (call) =>
            deps.runQuery(call.ts === undefined ? call : { ...call, ts: before(call.ts) }),
        };
      },
    },
    shownAs: ["stuck", "cycle", "total", "flicker"],
  },
  {
    title: "live queries hear late of commits",
    plant: {
      live: (deps) => ({
        ...deps,
        onCommit: (listener) =>
          deps.onCommit((commit) => void setTimeout(() => listener(commit), LATE_MS)),
      }),
    },
    shownAs: ["cycle", "total", "stuck", "flicker"],
  },
  {
    title: "a mutation is answered after the Transition that holds its effects",
    plant: {
      runner: (runner) => ({
        ...runner,
        async runMutation(call) {
          const outcome = await runner.runMutation(call);
          await sleep(LATE_MS);
          return outcome;
        },
      }),
    },
    shownAs: ["flicker"],
  },
  {
    title: "an action is done again, as if it had not been answered",
    plant: {
      runner: (runner) => ({
        ...runner,
        async runAction(call) {
          const outcome = await runner.runAction(call);
          return Math.random() < 0.5 ? outcome : await runner.runAction(call);
        },
      }),
    },
    shownAs: ["duplicate"],
  },
  {
    title: "a mutation that was committed counts as one that lost a race",
    plant: { database: (database) => wrapped(database, { commit: doubtingCommit(database) }) },
    shownAs: ["duplicate"],
  },
  {
    title: "users share the results of their queries",
    plant: {
      live: (deps) => ({
        ...deps,
        runQuery: async (call) => ({ ...(await deps.runQuery(call)), usesIdentity: false }),
      }),
    },
    shownAs: ["stranger", "stuck"],
  },
  {
    title: "queries go on as the user who came first",
    plant: {
      live: (deps) => {
        const first = new WeakMap<object, QueryCall["identity"]>();
        return {
          ...deps,
          runQuery(call) {
            const { request: socket = {}, identity } = call;
            if (!first.has(socket)) first.set(socket, identity);
            return deps.runQuery({ ...call, identity: first.get(socket) ?? identity });
          },
        };
      },
    },
    shownAs: ["stranger", "stuck"],
  },
  {
    title: "queries of who signed out go on as who it was",
    plant: {
      subscribe: (subscribe) => {
        const last = new WeakMap<object, QueryCall["identity"]>();
        return (call, onInvalid) => {
          const { request: socket, identity } = call;
          if (identity.kind === "user") last.set(socket, identity);
          return subscribe({ ...call, identity: last.get(socket) ?? identity }, onInvalid);
        };
      },
    },
    shownAs: ["stranger", "stuck"],
  },
  {
    title: "mutations of who signed out still run as who it was",
    plant: {
      runner: (runner) => {
        const last = new Map<string, MutationCall["identity"]>();
        return {
          ...runner,
          runMutation(call) {
            const { sessionRequest, identity } = call;
            const sessionId = sessionRequest?.sessionId ?? "";
            if (identity.kind === "user") last.set(sessionId, identity);
            return runner.runMutation({ ...call, identity: last.get(sessionId) ?? identity });
          },
        };
      },
    },
    shownAs: ["stranger"],
  },
  {
    title: "a token is believed after it has run out",
    plant: {
      verifyToken: (verify) => async (token) => ({ ...(await verify(token)), expiresAt: Infinity }),
    },
    shownAs: ["expired"],
  },
];

const LATE_MS = 5;

function wrapped(database: Database, changes: Partial<Database>): Database {
  return new Proxy(database, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return changes[name as keyof Database];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

function uncheckedCommit(database: Database): Database["commit"] {
  return (tx) => {
    Object.assign(tx, { reads: new ReadSet() });
    return database.commit(tx);
  };
}

function hastyCommit(database: Database): Database["commit"] {
  return async (tx) => {
    const ts = database.latestTs();
    const done = database.commit(tx);
    // A conflict shows at once, the disk takes longer.
    const refused = await Promise.race([
      done.then(
        () => false,
        () => true,
      ),
      nextTurn(),
    ]);
    return refused ? await done : { ts, writes: [] };
  };
}

/** Says of some commits that others were faster. */
function doubtingCommit(database: Database): Database["commit"] {
  return async (tx) => {
    const commit = await database.commit(tx);
    if (commit.writes.length > 0 && Math.random() < 0.1) throw new ConflictError("It is not so.");
    return commit;
  };
}

async function nextTurn(): Promise<boolean> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return false;
}
