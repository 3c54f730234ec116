/** What the person who is signed in may do, by the box's own table. */
import { mayDo, type PermissionId } from "../../server/domain/permission.ts";
import { session } from "../state.ts";

export function may(permission: PermissionId): boolean {
  return mayDo(session.value?.role, permission);
}
