/** A file on its way to the server, or one that did not get there. */
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Problem } from "../shell/Problem.tsx";
import type { Upload, Uploads } from "./useUploads.ts";
import "./uploads.css";

export function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { uploadId, file, state } = upload;
  if (state.kind === "failed") {
    return (
      <li className="upload-row">
        <div className="row spread">
          <span className="upload-name clip">{file.name}</span>
          <IconButton
            icon="close"
            label={`Dismiss ${file.name}`}
            small
            onClick={() => uploads.dismiss(uploadId)}
          />
        </div>
        <Problem>{state.message}</Problem>
        <button type="button" className="button button-small" onClick={() => uploads.retry(upload)}>
          <Icon name="retry" size={15} /> Upload again
        </button>
      </li>
    );
  }
  const percent = Math.round(state.fraction * 100);
  return (
    <li className="upload-row">
      <span className="upload-name clip">{file.name}</span>
      <div
        className="progress"
        role="progressbar"
        aria-label={`Uploading ${file.name}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      <span className="faint small">
        {percent < 100 ? `Uploading, ${percent}%` : "Being checked"}
      </span>
    </li>
  );
}
