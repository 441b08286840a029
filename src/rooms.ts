/**
 * The two kinds of rooms and what they are to each other: a turn draws through the board rooms' port.
 * Sockets reach the tutor only after what a dead predecessor left behind is ended, since its turns
 * carry this companion's name.
 */
import type { ModelConfig } from "./config.ts";
import type { Metrics } from "./gateway/metrics.ts";
import type { SocketHandler } from "./gateway/sockets/admission.ts";
import type { SocketKind } from "./gateway/sockets/socketRequest.ts";
import { createOpenAiChatModel } from "./model/openaiChatModel.ts";
import type { BoardRelay } from "./sync/peers/boardRelay.ts";
import { createLegacyBoardSocket } from "./protocol/legacyBoardSocket.ts";
import { createBoardRooms } from "./sync/boardRooms.ts";
import type { BoardRooms } from "./sync/boardRooms.ts";
import type { BoardStore } from "./sync/saving/boardStore.ts";
import type { VersionStore } from "./sync/history/versionStore.ts";
import type { ChatModel } from "./tutor/chatModel.ts";
import { createTutorRooms } from "./tutor/tutorRooms.ts";
import type { TutorRooms } from "./tutor/tutorRooms.ts";
import type { TurnRelay } from "./tutor/turnRelay.ts";
import type { TurnStore } from "./tutor/turnStore.ts";
import { backoffMs } from "./util/backoff.ts";
import { sleep } from "./util/clock.ts";
import type { Clock } from "./util/clock.ts";
import type { Logger } from "./util/logger.ts";

const RECOVER_RETRY = { baseMs: 200, maxMs: 5_000, random: Math.random };

export interface Rooms {
  /** For sockets whose owners have proved welcome. */
  readonly handlers: Readonly<Record<SocketKind, SocketHandler>>;
  /** What people ask of a board's history over HTTP. */
  readonly boardHistory: Pick<BoardRooms, "keepVersion" | "restoreVersion">;
  /** Adds the rooms' gauges. */
  watch(metrics: Metrics): void;
  drain(): Promise<void>;
}

export function createRooms(deps: {
  turns: TurnStore;
  boards: BoardStore;
  versionStore: VersionStore;
  /** Undefined: this companion is the only one. */
  boardRelay: BoardRelay | undefined;
  /** A secret that all companions share. */
  sealKey: Uint8Array;
  turnRelay: TurnRelay | undefined;
  model: ModelConfig;
  companionId: string;
  clock: Clock;
  logger: Logger;
}): Rooms {
  const { clock, logger, companionId } = deps;
  const boards = createBoardRooms({
    store: deps.boards,
    versionStore: deps.versionStore,
    relay: deps.boardRelay,
    sealKey: deps.sealKey,
    clock,
    logger,
  });
  const tutors = createTutorRooms({
    store: deps.turns,
    relay: deps.turnRelay,
    board: boards,
    chatModel: chatModelOf(deps.model),
    clock,
    logger,
    companionId,
  });
  const leaving = new AbortController();
  const recovered = recover(tutors, clock, logger, leaving.signal);

  return {
    handlers: {
      board: (socket, principal) => boards.openBoardSocket(socket, principal),
      legacyBoard: (socket, principal) =>
        boards.openBoardSocket(createLegacyBoardSocket(socket), principal),
      tutor(socket, principal) {
        recovered.then(
          () => tutors.openTutorSocket(socket, principal),
          () => socket.close("goingAway"), // only when we drain before Convex could be asked
        );
      },
    },
    boardHistory: boards,
    watch: (metrics) => watchRooms(metrics, boards, tutors),
    async drain() {
      leaving.abort();
      await Promise.all([tutors.drain(), boards.drain()]);
    },
  };
}

function watchRooms(metrics: Metrics, boards: BoardRooms, tutors: TutorRooms): void {
  metrics.watch("lectern_boards", "Boards open here", () => boards.stats().rooms);
  metrics.watch(
    "lectern_board_unsaved_age_seconds",
    "Age of the oldest board change that is not saved; above 2 the store is not taking them",
    () => boards.stats().oldestUnsavedMs / 1_000,
  );
  metrics.watch("lectern_tutors", "Conversations open here", () => tutors.stats().rooms);
  metrics.watch("lectern_live_turns", "Turns being answered", () => tutors.stats().liveTurns);
  metrics.watch(
    "lectern_dropped_citations",
    "Citations that pointed to no passage",
    () => tutors.stats().droppedCitations,
  );
}

/** Undefined where no model is configured: then the extractive tutor answers. */
function chatModelOf(model: ModelConfig): ChatModel | undefined {
  if (model.kind === "extractive") return undefined;
  const { name, baseUrl, apiKey = "none" } = model; // the client insists on a key; local servers do not
  return createOpenAiChatModel({ model: name, baseUrl, apiKey });
}

/** Tries until Convex answers; a companion must be able to start before it. */
async function recover(tutors: TutorRooms, clock: Clock, logger: Logger, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    try {
      const turns = await tutors.recover();
      if (turns > 0) logger.info({ turns }, "interrupted turns of an earlier run are ended");
      return;
    } catch (error) {
      logger.warn({ err: error, attempt }, "Convex cannot be asked for interrupted turns yet");
      await sleep(clock, backoffMs(attempt, RECOVER_RETRY), signal);
    }
  }
}
