package io.fogwhisk.feed.mqtt;

import io.reactivex.Completable;
import io.reactivex.Single;
import io.reactivex.disposables.CompositeDisposable;
import io.reactivex.disposables.Disposable;
import java.util.concurrent.CompletableFuture;

/**
 * What a connection asked its broker and got no answer to yet. The HiveMQ client keeps its event loop for as long as it
 * believes that somebody waits, also when the connection is gone for good. Thread-safe.
 */
final class OpenQuestions {

    private final CompositeDisposable open = new CompositeDisposable();

    /** Asks; the answer is cancelled when the question is taken back. */
    <T> CompletableFuture<T> ask(Single<T> question) {
        // Not the future that the library makes: cancelling that does not reach the question in every version.
        CompletableFuture<T> answer = new CompletableFuture<>();
        Disposable asked = question.doOnDispose(() -> answer.cancel(false))
                .subscribe(answer::complete, answer::completeExceptionally);
        open.add(asked);
        CompletableFuture<T> unused = answer.whenComplete((result, failure) -> open.delete(asked));
        return answer;
    }

    /** Asks for something to be done; as {@link #ask(Single)}. */
    CompletableFuture<Void> ask(Completable question) {
        return ask(question.toSingleDefault(true)).thenAccept(done -> {});
    }

    /** Waits for no answer any more, nor for those of questions to come: each is cancelled. */
    void takeBack() {
        open.dispose();
    }
}
