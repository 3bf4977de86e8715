#pragma once

#include <memory>

namespace gregor {

/// A value that copies share until one of them changes it.
template <class T>
class CopyOnWrite {
public:
    CopyOnWrite() : value_(std::make_shared<T>()) {}

    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    /// This copy's own. References from before are no longer part of it.
    T& write()
    {
        if (value_.use_count() > 1) value_ = std::make_shared<T>(*value_);
        return *value_;
    }

private:
    std::shared_ptr<T> value_;
};

}  // namespace gregor
