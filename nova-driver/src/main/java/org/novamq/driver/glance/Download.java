package org.novamq.driver.glance;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way into a file, a piece at a time, so that it never is in memory whole. Its result is the hash of what
 * was written. How far it has come can be read from any thread.
 */
final class Download implements BodySubscriber<String> {
    private final FileChannel file;
    private final MessageDigest digest;
    private final long mostBytes;
    private long announced;
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /** @param mostBytes that there is room for */
    Download(FileChannel file, MessageDigest digest, long mostBytes) {
        this.file = file;
        this.digest = digest;
        this.mostBytes = mostBytes;
    }

    /** The same, of a body whose length is known beforehand. */
    Download announcing(long bytes) {
        announced = bytes;
        return this;
    }

    /** Bytes so far. */
    long received() {
        return received.get();
    }

    @Override
    public CompletionStage<String> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (announced > mostBytes) {
            given.cancel();
            result.completeExceptionally(
                    new IOException("it has " + announced + " bytes, and " + mostBytes + " are free"));
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        Flow.Subscription source = Objects.requireNonNull(subscription, "subscribed first");
        try {
            for (ByteBuffer piece : pieces) {
                write(piece);
            }
            source.request(1);
        } catch (IOException e) {
            source.cancel();
            result.completeExceptionally(e);
        }
    }

    private void write(ByteBuffer piece) throws IOException {
        if (received.addAndGet(piece.remaining()) > mostBytes) {
            throw new IOException("it has more than the " + mostBytes + " bytes that are free");
        }
        digest.update(piece.duplicate());
        while (piece.hasRemaining()) {
            file.write(piece);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(HexFormat.of().formatHex(digest.digest()));
    }
}
