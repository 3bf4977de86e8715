#pragma once

#include <memory>
#include <utility>

namespace gregor {

/// A value that copies share until one of them changes it. Copying costs a reference count, so a
/// process that holds large tables stays cheap to copy.
template <class T>
class CopyOnWrite {
public:
    CopyOnWrite() : value_(std::make_shared<T>()) {}
    explicit CopyOnWrite(T value) : value_(std::make_shared<T>(std::move(value))) {}

    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    /// The value for changing; pointers into it from before may be stale afterwards.
    T& write()
    {
        if (value_.use_count() != 1) value_ = std::make_shared<T>(*value_);
        return *value_;
    }
    std::shared_ptr<const T> share() const { return value_; }

private:
    std::shared_ptr<T> value_;
};

}  // namespace gregor
