/**
 * Turns pointer events on the board into gestures: one pointer acts with the tool, two fingers move
 * and zoom. Tells the others where the cursor is, and the stroke that is being made.
 */
import { useRef, type PointerEvent, type RefObject } from "react";
import type { Tool } from "./boardKeys.ts";
import type { BoardLink } from "../link/boardLink.ts";
import {
  closePolygon,
  eraseGesture,
  penGesture,
  polygonGesture,
  shapeGesture,
  textGesture,
  type CornerList,
  type ShapeKind,
} from "./drawGestures.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import { HANDLES, HIT_TOLERANCE, TURN_HANDLE } from "../objects/objectGeometry.ts";
import { formulaGesture, markerGesture, pointerGesture, questionGesture } from "./markGestures.ts";
import { editWordsOf } from "../objects/selectionActions.ts";
import { panGesture, resizeGesture, selectGesture, turnGesture } from "./selectGestures.ts";
import { usePresence } from "../link/usePresence.ts";
import type { ViewportControl } from "../layers/useViewport.ts";
import { panBy, toBoard, zoomAt, type Point } from "../layers/viewport.ts";

interface BoardPointerDeps {
  surface: RefObject<HTMLElement | null>;
  tool: Tool;
  view: ViewportControl;
  link: BoardLink;
  board: GestureBoard;
}

export function useBoardPointer({ surface, tool, view, link, board }: BoardPointerDeps) {
  const fingers = useRef(new Map<number, Point>());
  const gesture = useRef<Gesture | undefined>(undefined);
  const open = useRef<CornerList>({ corners: [] }); // of a polygon that is not closed yet
  const presence = usePresence(link);

  const place = (event: { clientX: number; clientY: number }): Point => {
    const frame = surface.current?.getBoundingClientRect();
    return { x: event.clientX - (frame?.left ?? 0), y: event.clientY - (frame?.top ?? 0) };
  };
  const pointOf = (event: PointerEvent): GesturePoint => {
    const screen = place(event);
    const pressure = event.pointerType === "pen" ? event.pressure : 0.5;
    return {
      screen,
      board: { ...toBoard(view.seen.get(), screen), pressure },
      isShift: event.shiftKey,
      at: event.timeStamp,
    };
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.target instanceof HTMLTextAreaElement) return;
    surface.current?.setPointerCapture(event.pointerId);
    surface.current?.focus({ preventScroll: true });
    const point = pointOf(event);
    fingers.current.set(event.pointerId, point.screen);
    if (fingers.current.size > 1) {
      gesture.current?.cancel();
      gesture.current = undefined;
      return;
    }
    const isPan = event.button === 1 || tool === "hand";
    if (!isPan && event.button !== 0) return;
    if (tool === "pen" && !isPan) presence.beginStroke(point.board, board);
    gesture.current = isPan
      ? panGesture(board, point)
      : beginGesture(tool, board, point, event.target, open.current);
  };

  const onPointerMove = (event: PointerEvent) => {
    const point = pointOf(event);
    if (fingers.current.size > 1) {
      pinch(event.pointerId, point.screen);
      return;
    }
    if (gesture.current) {
      // a pen reports more often than frames are drawn; what lies between makes the curve
      const between = tool === "pen" ? event.nativeEvent.getCoalescedEvents() : [];
      for (const sample of between.slice(0, -1)) {
        const pressure = sample.pointerType === "pen" ? sample.pressure : 0.5;
        const at = { ...toBoard(view.seen.get(), place(sample)), pressure };
        gesture.current.move({ ...point, board: at });
      }
      gesture.current.move(point);
    }
    presence.moveTo(point.board);
  };

  const pinch = (pointerId: number, screen: Point) => {
    const before = fingers.current.get(pointerId);
    const other = [...fingers.current].find(([id]) => id !== pointerId)?.[1];
    fingers.current.set(pointerId, screen);
    if (!before || !other) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const now = Math.hypot(screen.x - other.x, screen.y - other.y);
    const middle = { x: (screen.x + other.x) / 2, y: (screen.y + other.y) / 2 };
    const [dx, dy] = [(screen.x - before.x) / 2, (screen.y - before.y) / 2];
    view.change((viewport) => zoomAt(panBy(viewport, dx, dy), middle, was > 0 ? now / was : 1));
  };

  const finish = (event: PointerEvent, how: "end" | "cancel") => {
    fingers.current.delete(event.pointerId);
    gesture.current?.[how]();
    gesture.current = undefined;
    presence.endStroke();
  };

  return {
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp: (event: PointerEvent) => finish(event, "end"),
      onPointerCancel: (event: PointerEvent) => finish(event, "cancel"),
      onPointerLeave: presence.leave,
    },
    onDoubleClick(event: { clientX: number; clientY: number }) {
      if (tool === "polygon") {
        closePolygon(board, open.current);
        return;
      }
      if (tool !== "select") return; // two dots of a pen are no wish to write
      const at = toBoard(view.seen.get(), place(event));
      const hit = board.scene.topAt(at, HIT_TOLERANCE / view.seen.get().zoom);
      if (!hit || board.canAnswer(hit)) return;
      board.setSelection(new Set([hit.id])); // of a group only this one
      if (board.mayEdit(hit)) editWordsOf(board, hit);
    },
    /** Of a polygon under way: puts it on the board, or forgets it. False when there is none. */
    endPolygon: (how: "close" | "forget"): boolean => {
      if (open.current.corners.length === 0) return false;
      if (how === "forget") open.current.corners = [];
      closePolygon(board, open.current);
      return true;
    },
  };
}

function beginGesture(
  tool: Tool,
  board: GestureBoard,
  point: GesturePoint,
  target: EventTarget,
  open: CornerList,
): Gesture | undefined {
  const name = target instanceof SVGElement ? target.dataset["handle"] : undefined;
  if (name === TURN_HANDLE) return turnGesture(board, point);
  const handle = HANDLES.find((one) => one.name === name);
  if (handle) return resizeGesture(board, point, handle);
  return tool === "polygon" ? polygonGesture(board, point, open) : GESTURES[tool](board, point);
}

const shape = (kind: ShapeKind) => (board: GestureBoard, point: GesturePoint) =>
  shapeGesture(board, point, kind);

const GESTURES = {
  select: selectGesture,
  hand: panGesture,
  pen: penGesture,
  rect: shape("rect"),
  ellipse: shape("ellipse"),
  arrow: shape("arrow"),
  line: shape("line"),
  text: textGesture,
  formula: formulaGesture,
  marker: markerGesture,
  pointer: pointerGesture,
  question: questionGesture,
  eraser: eraseGesture,
} as const satisfies Record<
  Exclude<Tool, "polygon">,
  (board: GestureBoard, point: GesturePoint) => Gesture
>;
