/**
 * Draws one object of the board, whatever its kind, as SVG in board pixels. Props in, SVG out: knows no
 * link, selection or tools, so that past versions and exports are drawn by it as well. Drawn anew only
 * when its value changed, since boards hold thousands.
 */
import { lazy, memo, Suspense, type ComponentType } from "react";
import { angleOf, boxOf, originOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasKind, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { untilLoaded } from "../../shell/untilLoaded.ts";
import { FormulaSource } from "./FormulaSource.tsx";
import { GraphShape } from "./GraphShape.tsx";
import { ImageShape } from "./ImageShape.tsx";
import { LineShape } from "./LineShape.tsx";
import { HighlightShape, PointerPing, QuestionTag } from "./MarkShapes.tsx";
import { objectPoints } from "../objects/objectGeometry.ts";
import { objectPaint } from "./objectPaint.ts";
import { RadioShape } from "./RadioShape.tsx";
import { TextShape, TinyText } from "./TextShape.tsx";

const LoadedLatexShape = lazy(() => untilLoaded(() => import("./LatexShape.tsx")));

interface ObjectViewProps {
  object: CanvasObject;
  /** Its letters are too small to be read. */
  isTiny?: boolean;
}

export const ObjectView = memo(function ObjectView({ object, isTiny }: ObjectViewProps) {
  const isText = object.kind === "text" || object.kind === "textbox";
  const Shape = isTiny && isText ? TinyText : SHAPES[object.kind];
  return (
    <g transform={turnOf(object)} data-object-id={object.id} data-kind={object.kind}>
      <Shape object={object} />
    </g>
  );
});

function turnOf(object: CanvasObject): string | undefined {
  if (!object.angle) return undefined;
  const { x, y, width, height } = boxOf(object);
  return `rotate(${angleOf(object)} ${x + width / 2} ${y + height / 2})`;
}

type ShapeView = ComponentType<{ object: CanvasObject }>;

const SHAPES = {
  rect: RectShape,
  ellipse: RoundShape,
  circle: RoundShape,
  triangle: TriangleShape,
  polygon: PolygonShape,
  line: LineShape,
  arrow: LineShape,
  path: PathShape,
  text: TextShape,
  textbox: TextShape,
  image: ImageShape,
  group: GroupShape,
  radio: RadioShape,
  latex_svg: LatexShape,
  graph_layout: GraphShape,
  highlight_stroke: HighlightShape,
  question_tag: QuestionTag,
  pointer_ping: PointerPing,
} as const satisfies Record<CanvasKind, ShapeView>;

function RectShape({ object }: { object: CanvasObject }) {
  return <rect {...boxOf(object)} rx={object.rx ?? 5} style={objectPaint(object)} />;
}

function RoundShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const [rx, ry] = [width / 2, height / 2];
  return <ellipse cx={x + rx} cy={y + ry} rx={rx} ry={ry} style={objectPaint(object)} />;
}

function TriangleShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const points = `${x + width / 2},${y} ${x + width},${y + height} ${x},${y + height}`;
  return <polygon points={points} strokeLinejoin="round" style={objectPaint(object)} />;
}

function PolygonShape({ object }: { object: CanvasObject }) {
  const points = objectPoints(object).map((p) => `${p.x},${p.y}`);
  return <polygon points={points.join(" ")} strokeLinejoin="round" style={objectPaint(object)} />;
}

function PathShape({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  if (typeof object.points !== "string") return <LineShape object={object} />;
  return <path d={object.points} transform={`translate(${x} ${y})`} style={objectPaint(object)} />;
}

function GroupShape({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  return (
    <g transform={`translate(${x} ${y})`}>
      {object.objects?.map((member) => (
        <ObjectView key={member.id} object={member} />
      ))}
    </g>
  );
}

/** The typesetter is loaded when the first formula is shown. */
function LatexShape({ object }: { object: CanvasObject }) {
  return (
    <Suspense fallback={<FormulaSource object={object} isComing />}>
      <LoadedLatexShape object={object} />
    </Suspense>
  );
}
