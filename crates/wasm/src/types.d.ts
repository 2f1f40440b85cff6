/** The files of a project: path → content. Relative paths start from the project's folder. */
export type Files = Record<string, string | Uint8Array>;

/** How the project is read (the flags of Docker Compose) and translated (the options of `docs/reference/options.md`). */
export interface Options {
  /** Compose files in merge order. Default: found as Docker Compose finds them. */
  files?: string[];
  /** Variables that win over every `.env` file. */
  env?: Record<string, string>;
  /** Files of variables in place of `.env`. */
  "env-files"?: string[];
  /** Active profiles. */
  profiles?: string[];
  /** Name of the project. */
  "project-name"?: string;
  /** The folder that relative paths in the Compose file start from. */
  "project-directory"?: string;
  /** Keep volumes, networks, configs and secrets that no active service uses. */
  "all-resources"?: boolean;
  /** Services to translate, with what they depend on. Default: all. */
  services?: string[];
  /** Every other option, kebab-case. */
  [option: string]: unknown;
}

/** What a translation gives. */
export interface Translation {
  /** The manifests, one file for each object, in the order of their paths. Empty where the project does not load. */
  files: { path: string; content: string }[];
  /** Everything to tell, sorted by place. */
  diagnostics: Diagnostic[];
  /** What the user still has to do by hand. */
  summary: {
    /** Images to build and push: the Compose service, and the name that the manifests use. */
    builds: { service: string; image: string }[];
    /** Published ports that only `kubectl port-forward service/ENDPOINT LOCAL:PORT` reaches. */
    forwards: { endpoint: string; local: number; port: number }[];
    /** The strictest Pod Security Standard that each workload's pods reach. */
    levels: { workload: string; level: "privileged" | "baseline" | "restricted" }[];
  };
}

/** One thing to tell the user. */
export interface Diagnostic {
  /** The kind, as `explain` takes it. */
  name: string;
  severity: "error" | "warning" | "note";
  message: string;
  /** Null where it is about no file. */
  place: Place | null;
  /** What stands at `place`; may be empty. */
  label: string;
  /** Other places that matter. */
  labels: { place: Place; text: string }[];
  /** What to do. */
  help: string | null;
  /** What Kubernetes does instead, or another fact worth knowing. */
  note: string | null;
  /** Edits that would settle it. */
  fixes: { title: string; place: Place; replacement: string }[];
  /** All of it as plain text. */
  text: string;
}

/** A range in a file. */
export interface Place {
  file: string;
  start: Position;
  end: Position;
}

/** Line and column count from 1, in characters; `offset` counts UTF-16 code units from the start of the file, as editors do. */
export interface Position {
  line: number;
  column: number;
  offset: number;
}
