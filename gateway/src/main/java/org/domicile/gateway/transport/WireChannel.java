package org.domicile.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import javax.net.ssl.SSLSession;
import org.domicile.gateway.wire.BodyReader;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrameReader;
import org.domicile.gateway.wire.MessageBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection that carries frames.
 *
 * <p>It has two lives. At first one thread, never a loop's, waits for frames with {@link #await};
 * logging in reads top to bottom so. Once {@link #listen} is called a {@link Listener} is told on
 * the event loop what arrived, and {@link #next}, {@link #write} and the others are for that loop
 * alone. Bytes are read from the socket only as they are wanted: one read at a time before, and
 * unless {@link #pause paused} after.
 */
public final class WireChannel extends ChannelInboundHandlerAdapter {

    /** What happens to a connection, told on its event loop. */
    public interface Listener {
        /** Bytes arrived: take the frames with {@link #next}. */
        void received();

        /** The peer sends no more; it may still read, unless {@link #isOpen} says otherwise. */
        void ended();

        /** The peer has read what it had left lying, see {@link #isWritable}. */
        void writable();
    }

    /** The content type of a TLS record that begins a handshake, RFC 8446 section 5.1. */
    private static final byte TLS_HANDSHAKE = 0x16;

    /** Stands for the end of what arrives; nothing else that arrives is empty. */
    private static final ByteBuf END = Unpooled.EMPTY_BUFFER;

    private final SocketChannel channel;
    private final FrameReader reader;

    /** Before there is a listener. */
    private final LinkedBlockingQueue<ByteBuf> arrived = new LinkedBlockingQueue<>();

    /** Set and read on the loop. */
    private @Nullable Listener listener;

    private boolean inputEnded;

    private WireChannel(SocketChannel channel, IntUnaryOperator maxBodyBytes) {
        this.channel = channel;
        this.reader = new FrameReader(maxBodyBytes);
    }

    static WireChannel over(SocketChannel channel, IntUnaryOperator maxBodyBytes) {
        WireChannel wire = new WireChannel(channel, maxBodyBytes);
        channel.pipeline().addLast(wire);
        return wire;
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** The peer's end of the connection. */
    public InetSocketAddress peer() {
        return channel.remoteAddress();
    }

    /** The peer's address. */
    public String peerAddress() {
        return peer().getAddress().getHostAddress();
    }

    // While a thread waits.

    /**
     * Waits for the next frame; null where the peer has ended the connection between two.
     *
     * @throws SocketTimeoutException when it does not come in time
     */
    public @Nullable Frame await(int timeoutMillis) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (true) {
            Frame frame = reader.next();
            if (frame != null) {
                return frame;
            }
            if (!awaitBytes(deadlineNanos)) {
                return null;
            }
        }
    }

    /** Likewise, for what a connection begins with. */
    public @Nullable BodyReader awaitStartupPacket(int timeoutMillis) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (true) {
            BodyReader body = reader.nextStartupPacket();
            if (body != null) {
                return body;
            }
            if (!awaitBytes(deadlineNanos)) {
                return null;
            }
        }
    }

    /** Bytes received and not yet read as a message. */
    public int buffered() {
        return reader.buffered() + arrived.stream().mapToInt(ByteBuf::readableBytes).sum();
    }

    /** Whether the peer begins with a TLS handshake; false where it sends nothing. */
    public boolean awaitsHandshake(int timeoutMillis) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (reader.buffered() == 0) {
            if (!awaitBytes(deadlineNanos)) {
                return false;
            }
        }
        return reader.peek() == TLS_HANDSHAKE;
    }

    /**
     * Encrypts from here on. What has arrived already is the handshake's beginning.
     *
     * @param answer sent first, in the clear
     * @throws IOException when the handshake fails or takes too long
     */
    public void startTls(Tls tls, MessageBuffer answer, int timeoutMillis) throws IOException {
        SslHandler handler = tls.context().newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        for (ByteBuf bytes = arrived.poll(); bytes != null; bytes = arrived.poll()) {
            feed(bytes);
        }
        ByteBuf early = Unpooled.wrappedBuffer(reader.takeAll());
        write(answer);
        execute(() -> {
            channel.pipeline().addFirst(handler);
            if (early.isReadable()) {
                channel.pipeline().fireChannelRead(early);
                channel.pipeline().fireChannelReadComplete();
            }
            channel.read();
        });
        if (!handler.handshakeFuture().awaitUninterruptibly().isSuccess()) {
            throw new IOException("no TLS", handler.handshakeFuture().cause());
        }
    }

    /** What is encrypted with; null while nothing is. */
    public @Nullable SSLSession tlsSession() {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler == null ? null : handler.engine().getSession();
    }

    /** The protocol agreed on by ALPN; null when none was. */
    public @Nullable String alpn() {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler == null ? null : handler.applicationProtocol();
    }

    private boolean awaitBytes(long deadlineNanos) throws IOException {
        ByteBuf bytes = arrived.poll();
        if (bytes == null) {
            channel.read();
            try {
                bytes = arrived.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the peer", e);
            }
        }
        if (bytes == null) {
            throw new SocketTimeoutException("the peer did not answer in time");
        }
        if (!bytes.isReadable()) {
            arrived.add(END); // for whoever asks again
            reader.requireEnd();
            return false;
        }
        feed(bytes);
        return true;
    }

    /** Ends the first life: what is left unread, and all that comes, is the listener's. */
    public void listen(Listener next) {
        loop().execute(() -> {
            for (ByteBuf bytes = arrived.poll(); bytes != null; bytes = arrived.poll()) {
                if (bytes.isReadable()) {
                    feed(bytes);
                }
            }
            listener = next;
            channel.config().setAutoRead(true);
            next.received();
            if (inputEnded) {
                next.ended();
            }
        });
    }

    // On the loop.

    /** The next frame, or null while it has not arrived whole; valid until more bytes arrive. */
    public @Nullable Frame next() {
        return reader.next();
    }

    /** Puts the frame just taken back. */
    public void pushBack(Frame frame) {
        reader.pushBack(frame);
    }

    /** Stops reading from the socket, so that the peer cannot send ahead without end. */
    public void pause() {
        channel.config().setAutoRead(false);
    }

    public void resume() {
        channel.config().setAutoRead(true);
    }

    /** Whether the peer keeps up with what is written. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    // From any thread.

    /** Runs on the event loop. */
    public void execute(Runnable task) {
        loop().execute(task);
    }

    public boolean isOnLoop() {
        return loop().inEventLoop();
    }

    /** Sends everything and empties the buffer. */
    public void write(MessageBuffer bytes) {
        if (bytes.size() > 0) {
            ByteBuf copy = channel.alloc().directBuffer(bytes.size()).writeBytes(bytes.view());
            bytes.clear();
            var _ = channel.writeAndFlush(copy, channel.voidPromise());
        }
    }

    /** Runs once when the connection is closed. */
    public void whenClosed(Runnable task) {
        var _ = channel.closeFuture().addListener(future -> task.run());
    }

    /** Closes, without a word. */
    public void close() {
        var _ = channel.close();
    }

    /**
     * Sends a last message and closes, once the peer has read all or does not for too long. A
     * socket closed with bytes unread resets the connection, and the peer would see that in place
     * of the message; so what it still sends is read and thrown away for a moment.
     */
    public void closeWith(MessageBuffer last) {
        write(last);
        execute(() -> {
            listener = new Lingering();
            channel.config().setAutoRead(true);
            // Shutting down throws away what is not sent yet: it comes after all that was written.
            var _ =
                    channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(sent -> {
                                var _ = channel.shutdownOutput();
                                closeIn(LINGER_MILLIS);
                            });
            closeIn(LAST_WORD_MILLIS);
        });
    }

    private void closeIn(long millis) {
        var _ = loop().schedule(this::close, millis, TimeUnit.MILLISECONDS);
    }

    private static final long LINGER_MILLIS = 200;

    /** For the peer to read what was written before the connection closes. */
    private static final long LAST_WORD_MILLIS = 30_000;

    /** Throws away what comes. */
    private final class Lingering implements Listener {
        @Override
        public void received() {}

        @Override
        public void ended() {
            close();
        }

        @Override
        public void writable() {}
    }

    // Netty's events.

    private void feed(ByteBuf bytes) {
        try {
            if (!(listener instanceof Lingering)) {
                reader.feed(bytes.nioBuffer());
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (listener == null) {
            arrived.add(bytes);
        } else {
            feed(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Listener told = listener;
        if (told != null) {
            told.received();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Listener told = listener;
        if (told != null && channel.isWritable()) {
            told.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        inputEnded = true;
        Listener told = listener;
        if (told == null) {
            arrived.add(END);
        } else {
            told.ended();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // As when the peer resets the connection; channelInactive follows.
        var _ = context.close();
    }
}
