package org.novamq.driver.compute;

import com.google.common.util.concurrent.Striped;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.novamq.driver.instance.Turn;

/** One thing at a time is done to an instance; what is asked meanwhile does not wait for it. */
final class InstanceLocks {
    private static final int LOCKS = 1 << 12;

    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /** Does it when its turn comes, however long that takes. */
    <T> T whenFree(UUID uuid, Supplier<T> work) {
        Lock lock = locks.get(uuid);
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Does it when its turn comes, if that is soon; {@code what} completes "cannot …". */
    <T> T soon(UUID uuid, String what, Supplier<T> work) {
        return Turn.take(locks.get(uuid), Turn.PATIENCE, what, work);
    }

    /** False, and nothing is done, if something is being done to it just now. */
    boolean ifFree(UUID uuid, Runnable work) {
        Lock lock = locks.get(uuid);
        if (!lock.tryLock()) {
            return false;
        }
        try {
            work.run();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
