import { useUser } from '@/features/auth/hooks/use-user';
import { canManageMaterials } from '@/features/auth/types';
import { MaterialsPage } from '@/features/materials/components/MaterialsPage';

export function Component() {
  return <MaterialsPage canManage={canManageMaterials(useUser())} />;
}
