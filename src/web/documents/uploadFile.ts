/** Sends one file to the gateway. XMLHttpRequest, because fetch does not tell how far an upload is. */
import { httpProblem } from "../shell/httpProblem.ts";

export interface UploadRequest {
  sessionId: string;
  file: File;
  token: string;
  /** 0..1, of the bytes sent. */
  onProgress: (fraction: number) => void;
}

/** Resolves when the server has taken the file (it is read afterwards). @throws HttpProblem, TypeError */
export function uploadFile({ sessionId, file, token, onProgress }: UploadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/sessions/${encodeURIComponent(sessionId)}/documents`);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status === 202) resolve();
      else reject(httpProblem(request.status, request.response));
    };
    request.onerror = () => reject(new TypeError("network error while uploading"));
    const form = new FormData();
    form.append("files", file, file.name);
    request.send(form);
  });
}
