/** What the engine said, decoded and typed. Absent answers are null with an Issue, never empty lists. */
import type { ContainerId, DiffId, ImageId } from '../../model/ids.ts';
import type { Issue } from '../../model/issue.ts';
import type {
  BuildStep,
  ContainerState,
  DockerFigures,
  EngineFacts,
  MountPoint,
  StoreKind,
} from '../../model/store.ts';

export interface EngineRecords {
  readonly facts: EngineFacts;
  readonly store: StoreKind;
  /** `ID` of /info, compared with D/engine-id and the containers there to prove that the data root is this engine's. */
  readonly engineId: string;
  readonly images: readonly EngineImage[] | null;
  readonly containers: readonly EngineContainer[] | null;
  readonly volumes: readonly EngineVolume[] | null;
  readonly buildCache: readonly EngineBuildCache[] | null;
  readonly docker: DockerFigures;
  readonly issues: readonly Issue[];
}

export interface EngineImage {
  readonly id: ImageId;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly parentId: ImageId | null;
  readonly createdAtMs: number | null;
  readonly bytes: number | null;
  readonly sharedBytes: number | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** Only asked for where the disk can't be read: inspect and history of one image. */
export interface EngineImageDetail {
  readonly id: ImageId;
  readonly diffIds: readonly DiffId[];
  readonly platform: string;
  readonly history: readonly (BuildStep & { readonly bytes: number })[];
}

export interface EngineContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly imageId: ImageId | null;
  readonly imageName: string;
  readonly state: ContainerState;
  readonly createdAtMs: number | null;
  /** Null unless asked with size=1. */
  readonly writableBytes: number | null;
  readonly mounts: readonly MountPoint[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface EngineVolume {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly createdAtMs: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly bytes: number | null;
  readonly refCount: number | null;
}

export interface EngineBuildCache {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly inUse: boolean;
  readonly shared: boolean;
  readonly bytes: number | null;
  readonly createdAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly usageCount: number | null;
  readonly parents: readonly string[];
}
