/**
 * All tutor conversations of this companion: one room a session that has a socket or a live turn, and
 * the choice between the two tutors. Owns no truth: a room that is gone is opened again from the store.
 */
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardPort } from "./boardPort.ts";
import type { ChatModel } from "./chatModel.ts";
import { createExtractiveTutor } from "./extractiveTutor.ts";
import { createModelTutor } from "./modelTutor.ts";
import { TutorRoom } from "./tutorRoom.ts";
import type { TurnEnd } from "./turnRunner.ts";
import type { TurnRelay } from "./turnRelay.ts";
import type { TurnStore } from "./turnStore.ts";

export interface TutorRoomsDeps {
  store: TurnStore;
  /** The way to other companions; undefined: there are none. */
  relay?: TurnRelay | undefined;
  board: BoardPort;
  /** Undefined: the extractive tutor answers. */
  chatModel?: ChatModel | undefined;
  clock: Clock;
  logger: Logger;
  /** Names this companion in leases; the same after a restart, so that it finds its own orphans. */
  companionId: string;
  /** `Math.random` outside tests. */
  random?: () => number;
}

export interface TutorStats {
  rooms: number;
  connections: number;
  liveTurns: number;
  /** Since start; `lost` were given to another companion by the store. */
  endedTurns: Record<TurnEnd, number>;
  droppedCitations: number;
}

export interface TutorRooms {
  openTutorSocket(socket: GatewaySocket, watch: PrincipalWatch): void;
  /** To be called once on start, before sockets come: ends what a dead predecessor left behind. */
  recover(): Promise<number>;
  /** Ends live turns as INTERRUPTED, saves what was said and closes all sockets 1001. */
  drain(): Promise<void>;
  stats(): TutorStats;
}

export function createTutorRooms(deps: TutorRoomsDeps): TutorRooms {
  return new OpenConversations(deps);
}

class OpenConversations implements TutorRooms {
  readonly #deps: TutorRoomsDeps;
  readonly #rooms = new Map<string, TutorRoom>();
  readonly #endedTurns: Record<TurnEnd, number> = { done: 0, cancelled: 0, failed: 0, lost: 0 };
  #droppedCitations = 0;
  #isDraining = false;

  constructor(deps: TutorRoomsDeps) {
    this.#deps = deps;
  }

  openTutorSocket(socket: GatewaySocket, watch: PrincipalWatch): void {
    if (this.#isDraining) socket.close("goingAway");
    else this.#roomFor(watch.current().sessionId).join(socket, watch);
  }

  #roomFor(sessionId: string): TutorRoom {
    const open = this.#rooms.get(sessionId);
    if (open !== undefined) return open;
    const { store, board, chatModel, clock, logger, companionId } = this.#deps;
    const extractive = createExtractiveTutor(clock);
    const withModel = chatModel === undefined ? undefined : createModelTutor(chatModel);
    const room = new TutorRoom({
      sessionId,
      store,
      relay: this.#deps.relay,
      board,
      chooseTutor: ({ isEnabled }) => (isEnabled && withModel ? withModel : extractive),
      model:
        chatModel === undefined
          ? { kind: "extractive", name: "extractive" }
          : { kind: "model", name: chatModel.name },
      clock,
      logger: logger.child({ sessionId }),
      companionId,
      random: this.#deps.random ?? Math.random,
      onTurnEnd: (end, dropped) => {
        this.#endedTurns[end]++;
        this.#droppedCitations += dropped;
      },
      onIdle: () => {
        if (this.#rooms.get(sessionId) !== room) return;
        this.#rooms.delete(sessionId);
        room.close();
      },
    });
    this.#rooms.set(sessionId, room);
    return room;
  }

  async recover(): Promise<number> {
    return await this.#deps.store.recover(this.#deps.companionId);
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    await Promise.all([...this.#rooms.values()].map((room) => room.drain()));
  }

  stats(): TutorStats {
    const rooms = [...this.#rooms.values()];
    return {
      rooms: rooms.length,
      connections: rooms.reduce((sum, { connectionCount }) => sum + connectionCount, 0),
      liveTurns: rooms.filter(({ hasLiveTurn }) => hasLiveTurn).length,
      endedTurns: { ...this.#endedTurns },
      droppedCitations: this.#droppedCitations,
    };
  }
}
