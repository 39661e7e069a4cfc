import { useUser } from '@/features/auth/hooks/use-user';
import { ChatPage } from '@/features/chat/components/ChatPage';

export function Component() {
  return <ChatPage userId={useUser().id} />;
}
